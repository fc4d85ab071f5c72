"""What can prevent the stack from running, each said in one sentence."""

from __future__ import annotations

import errno


class StackError(Exception):
    """One sentence in French for the person who typed the command."""


def from_os_error(error: OSError) -> StackError:
    """The sentence for a failed system call, such as a full disk."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StackError(f"Le disque est plein{where}. Libérez de la place.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return StackError(f"Droit manquant pour écrire{where}.")
    return StackError(f"Erreur du système : {error.strerror or error}{where}.")
