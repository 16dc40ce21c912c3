"""Land: the parks' yearly quota, what projects ask for and got, and the milestones of each parcel."""
