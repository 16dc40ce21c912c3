"""What managers take away: the pipeline as a workbook and the cadres' evaluation, as of any day."""
