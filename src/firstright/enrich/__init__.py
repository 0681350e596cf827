"""Facts about a lead from elsewhere: the fast ones, out of tables we ship, before it is decided. Slow ones are asked for by the worker;
what is learnt from them, and whether a lead moves for it, the desk and the core say."""
