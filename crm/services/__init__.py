"""Services: what enterprises, talents and meetings ask for, each with an owner, a deadline and an answer."""
