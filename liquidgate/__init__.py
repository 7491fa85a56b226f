"""LiquidGate: liquid neural networks as verified FPGA circuits."""
