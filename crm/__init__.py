"""Luodi: the investment-attraction CRM of a Chinese city, one package per thing of the trade."""
