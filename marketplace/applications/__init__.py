"""Applications (入库申请): what a provider hands in, frozen, supplemented, and every step it takes.

The lifecycle of an application stands here; the rooms above (formal review, assessments,
notices) move it along through `steps.take`. May import calls, evidence and below.
"""
