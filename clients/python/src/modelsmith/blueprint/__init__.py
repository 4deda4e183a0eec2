"""Blueprints as code: columns flow through tasks, written with operators.

``>>`` lets what is on its left flow into a task, ``+`` lays outputs side by side. ``+`` binds more tightly than ``>>``, so a
branch stands in parentheses::

    from modelsmith.blueprint import categories, numbers, task

    prepare = task("impute-numeric@1") >> task("standardise@1")
    (numbers >> prepare) + (categories >> task("one-hot@1")) >> task("logistic-regression@1", C=0.5)
"""

from .flow import Flow, categories, columns, dates, everything, flow_of, numbers, task, texts

__all__ = ["Flow", "categories", "columns", "dates", "everything", "flow_of", "numbers", "task", "texts"]
