"""The starter domain: arithmetic word problems, their checker, and the models that ship with it."""
