"""Uploaded and produced files: a row with hash and a server-made name; the bytes stand outside static."""
