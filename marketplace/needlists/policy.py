"""Who may do what with a list or an import; pure rules over the viewer and the row."""

from __future__ import annotations

from ..permissions import Viewer
from .models import NeedList, SheetImport


def is_handled_list(viewer: Viewer, need_list: NeedList) -> bool:
    """Whether the list belongs to the region the viewer's unit serves."""
    return viewer.may("unit:needlist:view") and viewer.serves(need_list.region_code)


def may_edit_list(viewer: Viewer, need_list: NeedList) -> bool:
    """Whether the viewer may change the draft: its head, its entries, their order."""
    return (
        need_list.state == "draft"
        and viewer.may("unit:needlist:edit")
        and is_handled_list(viewer, need_list)
    )


def may_publish_list(viewer: Viewer, need_list: NeedList) -> bool:
    """Whether the viewer may publish, withdraw or append to lists like this one."""
    return viewer.may("unit:needlist:publish") and is_handled_list(viewer, need_list)


def is_handled_import(viewer: Viewer, sheet_import: SheetImport) -> bool:
    """Whether the import was made by the viewer's unit or one below it."""
    return (
        viewer.may("unit:needlist:import")
        and sheet_import.unit is not None
        and viewer.serves(sheet_import.unit.region_code)
    )
