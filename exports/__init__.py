"""How a workbook looks: rows in, bytes out; this package knows openpyxl and never the rooms of the product."""
