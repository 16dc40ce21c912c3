"""The room of arrival: reads any ledger an office keeps, explains it row by row, hands good rows on."""
