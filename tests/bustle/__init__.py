"""Real processes beside each other, and many people who do what they like while a month ends."""
