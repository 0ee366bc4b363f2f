"""DP-SGD with the numbers that a construct has reckoned with."""
