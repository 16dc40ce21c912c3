"""The interface for programs: the same operations, forms and refusals as the pages, in JSON under /api/v1."""
