"""The four files of an edition: PDF, Word, spreadsheet, JSON, all from the same frozen rows."""
