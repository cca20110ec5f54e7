"""What one prompt went through: its log, the blame of its lines, its releases.

Modules here combine versions with differences; what needs only one of them belongs to versions/ or diff/.
"""
