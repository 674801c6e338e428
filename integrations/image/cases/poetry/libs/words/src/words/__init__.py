TORCH = "torch"
