"""Tests of the workbooks."""
