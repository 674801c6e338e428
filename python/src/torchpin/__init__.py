"""Starts torchpin, a program for Node: the npm package lies in the folder ``npm``."""
