// Models of cells of Gowin's chips that Yosys describes from the outside only, as far as its
// synthesis uses them (techmaps gowin/brams_map.v and dsp_map.v, Gowin UG285 and UG287): no output
// registers, one block select, asynchronous resets that never come. What else is asked for ends the
// simulation.
`timescale 1ns / 1ps

// Contents of a block: 64 parameters, and all of them together.
`define INIT_PARAMETERS(W) parameter [W:0] \
  INIT_RAM_00 = 0, INIT_RAM_01 = 0, INIT_RAM_02 = 0, INIT_RAM_03 = 0, INIT_RAM_04 = 0, \
  INIT_RAM_05 = 0, INIT_RAM_06 = 0, INIT_RAM_07 = 0, INIT_RAM_08 = 0, INIT_RAM_09 = 0, \
  INIT_RAM_0A = 0, INIT_RAM_0B = 0, INIT_RAM_0C = 0, INIT_RAM_0D = 0, INIT_RAM_0E = 0, \
  INIT_RAM_0F = 0, INIT_RAM_10 = 0, INIT_RAM_11 = 0, INIT_RAM_12 = 0, INIT_RAM_13 = 0, \
  INIT_RAM_14 = 0, INIT_RAM_15 = 0, INIT_RAM_16 = 0, INIT_RAM_17 = 0, INIT_RAM_18 = 0, \
  INIT_RAM_19 = 0, INIT_RAM_1A = 0, INIT_RAM_1B = 0, INIT_RAM_1C = 0, INIT_RAM_1D = 0, \
  INIT_RAM_1E = 0, INIT_RAM_1F = 0, INIT_RAM_20 = 0, INIT_RAM_21 = 0, INIT_RAM_22 = 0, \
  INIT_RAM_23 = 0, INIT_RAM_24 = 0, INIT_RAM_25 = 0, INIT_RAM_26 = 0, INIT_RAM_27 = 0, \
  INIT_RAM_28 = 0, INIT_RAM_29 = 0, INIT_RAM_2A = 0, INIT_RAM_2B = 0, INIT_RAM_2C = 0, \
  INIT_RAM_2D = 0, INIT_RAM_2E = 0, INIT_RAM_2F = 0, INIT_RAM_30 = 0, INIT_RAM_31 = 0, \
  INIT_RAM_32 = 0, INIT_RAM_33 = 0, INIT_RAM_34 = 0, INIT_RAM_35 = 0, INIT_RAM_36 = 0, \
  INIT_RAM_37 = 0, INIT_RAM_38 = 0, INIT_RAM_39 = 0, INIT_RAM_3A = 0, INIT_RAM_3B = 0, \
  INIT_RAM_3C = 0, INIT_RAM_3D = 0, INIT_RAM_3E = 0, INIT_RAM_3F = 0
`define INIT_VALUES { \
  INIT_RAM_3F, INIT_RAM_3E, INIT_RAM_3D, INIT_RAM_3C, INIT_RAM_3B, INIT_RAM_3A, \
  INIT_RAM_39, INIT_RAM_38, INIT_RAM_37, INIT_RAM_36, INIT_RAM_35, INIT_RAM_34, \
  INIT_RAM_33, INIT_RAM_32, INIT_RAM_31, INIT_RAM_30, INIT_RAM_2F, INIT_RAM_2E, \
  INIT_RAM_2D, INIT_RAM_2C, INIT_RAM_2B, INIT_RAM_2A, INIT_RAM_29, INIT_RAM_28, \
  INIT_RAM_27, INIT_RAM_26, INIT_RAM_25, INIT_RAM_24, INIT_RAM_23, INIT_RAM_22, \
  INIT_RAM_21, INIT_RAM_20, INIT_RAM_1F, INIT_RAM_1E, INIT_RAM_1D, INIT_RAM_1C, \
  INIT_RAM_1B, INIT_RAM_1A, INIT_RAM_19, INIT_RAM_18, INIT_RAM_17, INIT_RAM_16, \
  INIT_RAM_15, INIT_RAM_14, INIT_RAM_13, INIT_RAM_12, INIT_RAM_11, INIT_RAM_10, \
  INIT_RAM_0F, INIT_RAM_0E, INIT_RAM_0D, INIT_RAM_0C, INIT_RAM_0B, INIT_RAM_0A, \
  INIT_RAM_09, INIT_RAM_08, INIT_RAM_07, INIT_RAM_06, INIT_RAM_05, INIT_RAM_04, \
  INIT_RAM_03, INIT_RAM_02, INIT_RAM_01, INIT_RAM_00 }
// Of a block that is used without its ninth bits.
`define EIGHTS \
  function [18431:0] nines(input [16383:0] value); \
    integer k; \
    for (k = 0; k < 2048; k = k + 1) nines[9 * k +: 9] = {1'b0, value[8 * k +: 8]}; \
  endfunction \
  function [35:0] spread(input [31:0] value); \
    spread = {1'b0, value[31:24], 1'b0, value[23:16], 1'b0, value[15:8], 1'b0, value[7:0]}; \
  endfunction \
  function [31:0] joined(input [35:0] value); \
    joined = {value[34:27], value[25:18], value[16:9], value[7:0]}; \
  endfunction

`include "models_memory.vh"

module SP #(
  `INIT_PARAMETERS(255),
  parameter READ_MODE = 0, parameter WRITE_MODE = 0, parameter BIT_WIDTH = 32,
  parameter BLK_SEL = 0, parameter RESET_MODE = "SYNC"
) (
  input CLK, CE, OCE, RESET, WRE, input [13:0] AD, input [2:0] BLKSEL, input [31:0] DI,
  output [31:0] DO
);
  initial if (READ_MODE != 0 || BLK_SEL != 0)
    $fatal(1, "SP: there is no model of this mode");
  always @(posedge CLK) if (RESET_MODE != "SYNC" && RESET)
    $fatal(1, "SP: there is no model of an asynchronous reset");
  localparam [16383:0] INIT = `INIT_VALUES;
  `EIGHTS
  wire [35:0] out_a, out_b;
  block_memory #(
    .WIDTH_A(BIT_WIDTH < 8 ? BIT_WIDTH : BIT_WIDTH / 8 * 9), .WIDTH_B(9),
    .MODE_A(WRITE_MODE), .MODE_B(0), .INIT(nines(INIT))
  ) memory (
    .clk_a(CLK), .en_a(CE && BLKSEL == 0), .we_a(WRE), .rst_a(RESET), .addr_a(AD),
    .be_a(AD[3:0]), .di_a(spread(DI)), .do_a(out_a),
    .clk_b(1'b0), .en_b(1'b0), .we_b(1'b0), .rst_b(1'b0), .addr_b(14'd0),
    .be_b(4'd0), .di_b(36'd0), .do_b(out_b)
  );
  assign DO = joined(out_a);
endmodule

module SPX9 #(
  `INIT_PARAMETERS(287),
  parameter READ_MODE = 0, parameter WRITE_MODE = 0, parameter BIT_WIDTH = 36,
  parameter BLK_SEL = 0, parameter RESET_MODE = "SYNC"
) (
  input CLK, CE, OCE, RESET, WRE, input [13:0] AD, input [2:0] BLKSEL, input [35:0] DI,
  output [35:0] DO
);
  initial if (READ_MODE != 0 || BLK_SEL != 0)
    $fatal(1, "SPX9: there is no model of this mode");
  always @(posedge CLK) if (RESET_MODE != "SYNC" && RESET)
    $fatal(1, "SPX9: there is no model of an asynchronous reset");
  localparam [18431:0] INIT = `INIT_VALUES;
  wire [35:0] out_a, out_b;
  block_memory #(
    .WIDTH_A(BIT_WIDTH), .WIDTH_B(9),
    .MODE_A(WRITE_MODE), .MODE_B(0), .INIT(INIT)
  ) memory (
    .clk_a(CLK), .en_a(CE && BLKSEL == 0), .we_a(WRE), .rst_a(RESET), .addr_a(AD),
    .be_a(AD[3:0]), .di_a(DI), .do_a(out_a),
    .clk_b(1'b0), .en_b(1'b0), .we_b(1'b0), .rst_b(1'b0), .addr_b(14'd0),
    .be_b(4'd0), .di_b(36'd0), .do_b(out_b)
  );
  assign DO = out_a;
endmodule

module SDPB #(
  `INIT_PARAMETERS(255),
  parameter READ_MODE = 0, parameter BIT_WIDTH_0 = 32, parameter BIT_WIDTH_1 = 32,
  parameter BLK_SEL_0 = 0, parameter BLK_SEL_1 = 0, parameter RESET_MODE = "SYNC"
) (
  input CLKA, CEA, RESETA, CLKB, CEB, RESETB, OCE, input [13:0] ADA, ADB,
  input [2:0] BLKSELA, BLKSELB, input [31:0] DI, output [31:0] DO
);
  initial if (READ_MODE != 0 || BLK_SEL_0 != 0 || BLK_SEL_1 != 0)
    $fatal(1, "SDPB: there is no model of this mode");
  always @(posedge CLKB) if (RESET_MODE != "SYNC" && (RESETA || RESETB))
    $fatal(1, "SDPB: there is no model of an asynchronous reset");
  localparam [16383:0] INIT = `INIT_VALUES;
  `EIGHTS
  wire [35:0] out_a, out_b;
  block_memory #(
    .WIDTH_A(BIT_WIDTH_0 < 8 ? BIT_WIDTH_0 : BIT_WIDTH_0 / 8 * 9), .WIDTH_B(BIT_WIDTH_1 < 8 ? BIT_WIDTH_1 : BIT_WIDTH_1 / 8 * 9),
    .MODE_A(0), .MODE_B(0), .INIT(nines(INIT))
  ) memory (
    .clk_a(CLKA), .en_a(CEA && BLKSELA == 0), .we_a(1'b1), .rst_a(RESETA), .addr_a(ADA),
    .be_a(ADA[3:0]), .di_a(spread(DI)), .do_a(out_a),
    .clk_b(CLKB), .en_b(CEB && BLKSELB == 0), .we_b(1'b0), .rst_b(RESETB), .addr_b(ADB),
    .be_b(ADB[3:0]), .di_b(36'd0), .do_b(out_b)
  );
  assign DO = joined(out_b);
endmodule

module SDPX9B #(
  `INIT_PARAMETERS(287),
  parameter READ_MODE = 0, parameter BIT_WIDTH_0 = 36, parameter BIT_WIDTH_1 = 36,
  parameter BLK_SEL_0 = 0, parameter BLK_SEL_1 = 0, parameter RESET_MODE = "SYNC"
) (
  input CLKA, CEA, RESETA, CLKB, CEB, RESETB, OCE, input [13:0] ADA, ADB,
  input [2:0] BLKSELA, BLKSELB, input [35:0] DI, output [35:0] DO
);
  initial if (READ_MODE != 0 || BLK_SEL_0 != 0 || BLK_SEL_1 != 0)
    $fatal(1, "SDPX9B: there is no model of this mode");
  always @(posedge CLKB) if (RESET_MODE != "SYNC" && (RESETA || RESETB))
    $fatal(1, "SDPX9B: there is no model of an asynchronous reset");
  localparam [18431:0] INIT = `INIT_VALUES;
  wire [35:0] out_a, out_b;
  block_memory #(
    .WIDTH_A(BIT_WIDTH_0), .WIDTH_B(BIT_WIDTH_1),
    .MODE_A(0), .MODE_B(0), .INIT(INIT)
  ) memory (
    .clk_a(CLKA), .en_a(CEA && BLKSELA == 0), .we_a(1'b1), .rst_a(RESETA), .addr_a(ADA),
    .be_a(ADA[3:0]), .di_a(DI), .do_a(out_a),
    .clk_b(CLKB), .en_b(CEB && BLKSELB == 0), .we_b(1'b0), .rst_b(RESETB), .addr_b(ADB),
    .be_b(ADB[3:0]), .di_b(36'd0), .do_b(out_b)
  );
  assign DO = out_b;
endmodule

module DPB #(
  `INIT_PARAMETERS(255),
  parameter READ_MODE0 = 0, parameter READ_MODE1 = 0,
  parameter WRITE_MODE0 = 0, parameter WRITE_MODE1 = 0,
  parameter BIT_WIDTH_0 = 16, parameter BIT_WIDTH_1 = 16,
  parameter BLK_SEL_0 = 0, parameter BLK_SEL_1 = 0, parameter RESET_MODE = "SYNC"
) (
  input CLKA, CEA, OCEA, RESETA, WREA, CLKB, CEB, OCEB, RESETB, WREB, input [13:0] ADA, ADB,
  input [2:0] BLKSELA, BLKSELB, input [15:0] DIA, DIB, output [15:0] DOA, DOB
);
  initial if (READ_MODE0 != 0 || READ_MODE1 != 0
              || BLK_SEL_0 != 0 || BLK_SEL_1 != 0)
    $fatal(1, "DPB: there is no model of this mode");
  always @(posedge CLKA) if (RESET_MODE != "SYNC" && (RESETA || RESETB))
    $fatal(1, "DPB: there is no model of an asynchronous reset");
  localparam [16383:0] INIT = `INIT_VALUES;
  `EIGHTS
  wire [35:0] out_a, out_b;
  block_memory #(
    .WIDTH_A(BIT_WIDTH_0 < 8 ? BIT_WIDTH_0 : BIT_WIDTH_0 / 8 * 9), .WIDTH_B(BIT_WIDTH_1 < 8 ? BIT_WIDTH_1 : BIT_WIDTH_1 / 8 * 9),
    .MODE_A(WRITE_MODE0), .MODE_B(WRITE_MODE1), .INIT(nines(INIT))
  ) memory (
    .clk_a(CLKA), .en_a(CEA && BLKSELA == 0), .we_a(WREA), .rst_a(RESETA), .addr_a(ADA),
    .be_a(ADA[3:0]), .di_a(spread(DIA)), .do_a(out_a),
    .clk_b(CLKB), .en_b(CEB && BLKSELB == 0), .we_b(WREB), .rst_b(RESETB), .addr_b(ADB),
    .be_b(ADB[3:0]), .di_b(spread(DIB)), .do_b(out_b)
  );
  assign DOA = joined(out_a);
  assign DOB = joined(out_b);
endmodule

module DPX9B #(
  `INIT_PARAMETERS(287),
  parameter READ_MODE0 = 0, parameter READ_MODE1 = 0,
  parameter WRITE_MODE0 = 0, parameter WRITE_MODE1 = 0,
  parameter BIT_WIDTH_0 = 18, parameter BIT_WIDTH_1 = 18,
  parameter BLK_SEL_0 = 0, parameter BLK_SEL_1 = 0, parameter RESET_MODE = "SYNC"
) (
  input CLKA, CEA, OCEA, RESETA, WREA, CLKB, CEB, OCEB, RESETB, WREB, input [13:0] ADA, ADB,
  input [2:0] BLKSELA, BLKSELB, input [17:0] DIA, DIB, output [17:0] DOA, DOB
);
  initial if (READ_MODE0 != 0 || READ_MODE1 != 0
              || BLK_SEL_0 != 0 || BLK_SEL_1 != 0)
    $fatal(1, "DPX9B: there is no model of this mode");
  always @(posedge CLKA) if (RESET_MODE != "SYNC" && (RESETA || RESETB))
    $fatal(1, "DPX9B: there is no model of an asynchronous reset");
  localparam [18431:0] INIT = `INIT_VALUES;
  wire [35:0] out_a, out_b;
  block_memory #(
    .WIDTH_A(BIT_WIDTH_0), .WIDTH_B(BIT_WIDTH_1),
    .MODE_A(WRITE_MODE0), .MODE_B(WRITE_MODE1), .INIT(INIT)
  ) memory (
    .clk_a(CLKA), .en_a(CEA && BLKSELA == 0), .we_a(WREA), .rst_a(RESETA), .addr_a(ADA),
    .be_a(ADA[3:0]), .di_a(DIA), .do_a(out_a),
    .clk_b(CLKB), .en_b(CEB && BLKSELB == 0), .we_b(WREB), .rst_b(RESETB), .addr_b(ADB),
    .be_b(ADB[3:0]), .di_b(DIB), .do_b(out_b)
  );
  assign DOA = out_a;
  assign DOB = out_b;
endmodule

module MULT9X9 #(
  parameter AREG = 0, parameter BREG = 0, parameter OUT_REG = 0, parameter PIPE_REG = 0,
  parameter ASIGN_REG = 0, parameter BSIGN_REG = 0
) (
  input [8:0] A, SIA, B, SIB, input ASIGN, BSIGN, ASEL, BSEL, CE, CLK, RESET,
  output [17:0] DOUT
);
  initial if (AREG != 0 || BREG != 0 || OUT_REG != 0 || PIPE_REG != 0)
    $fatal(1, "MULT9X9: there is no model of this mode");
  wire signed [9:0] a = {ASIGN & A[8], A}, b = {BSIGN & B[8], B};
  wire signed [19:0] product = a * b;
  assign DOUT = product[17:0];
endmodule

module MULT18X18 #(
  parameter AREG = 0, parameter BREG = 0, parameter OUT_REG = 0, parameter PIPE_REG = 0,
  parameter ASIGN_REG = 0, parameter BSIGN_REG = 0
) (
  input [17:0] A, SIA, B, SIB, input ASIGN, BSIGN, ASEL, BSEL, CE, CLK, RESET,
  output [35:0] DOUT
);
  initial if (AREG != 0 || BREG != 0 || OUT_REG != 0 || PIPE_REG != 0)
    $fatal(1, "MULT18X18: there is no model of this mode");
  wire signed [18:0] a = {ASIGN & A[17], A}, b = {BSIGN & B[17], B};
  wire signed [37:0] product = a * b;
  assign DOUT = product[35:0];
endmodule

module MULT36X36 #(
  parameter AREG = 0, parameter BREG = 0, parameter OUT0_REG = 0, parameter OUT1_REG = 0,
  parameter PIPE_REG = 0
) (
  input [35:0] A, B, input ASIGN, BSIGN, CE, CLK, RESET, output [71:0] DOUT
);
  initial if (AREG != 0 || BREG != 0 || OUT0_REG != 0 || OUT1_REG != 0 || PIPE_REG != 0)
    $fatal(1, "MULT36X36: there is no model of this mode");
  wire signed [36:0] a = {ASIGN & A[35], A}, b = {BSIGN & B[35], B};
  wire signed [73:0] product = a * b;
  assign DOUT = product[71:0];
endmodule
