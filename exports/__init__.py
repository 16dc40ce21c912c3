"""How a workbook looks: rows in, bytes out; it knows openpyxl and never the rooms of the product."""
