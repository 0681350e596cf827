"""What each cause does to a lead: one file for what is done alike. Which of them comes in, and when to route anew, is `decide`'s."""
