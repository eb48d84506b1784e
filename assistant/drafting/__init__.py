"""Drafting: templates and evidence to plan and policy language, each sentence of a kind, blanks where facts are due."""
