"""Approvals (一卡通): what an enterprise waits for, with whom, against the working days that were promised."""
