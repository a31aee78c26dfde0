"""Reads Chinese government reports and writes the table of their indicators."""
