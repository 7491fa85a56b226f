// Models of cells of Lattice's ECP5 that Yosys describes from the outside only, as far as its
// synthesis uses them (techmaps lattice/brams_map_16kd.v and dsp_map_18x18.v, Lattice TN1264 and
// TN1267): no output registers, one chip select, asynchronous resets that never come. What else is
// asked for ends the simulation.
`timescale 1ns / 1ps

`include "models_memory.vh"

module DP16KD #(
  parameter [319:0] INITVAL_00 = 0, parameter [319:0] INITVAL_01 = 0, parameter [319:0] INITVAL_02 = 0,
  parameter [319:0] INITVAL_03 = 0, parameter [319:0] INITVAL_04 = 0, parameter [319:0] INITVAL_05 = 0,
  parameter [319:0] INITVAL_06 = 0, parameter [319:0] INITVAL_07 = 0, parameter [319:0] INITVAL_08 = 0,
  parameter [319:0] INITVAL_09 = 0, parameter [319:0] INITVAL_0A = 0, parameter [319:0] INITVAL_0B = 0,
  parameter [319:0] INITVAL_0C = 0, parameter [319:0] INITVAL_0D = 0, parameter [319:0] INITVAL_0E = 0,
  parameter [319:0] INITVAL_0F = 0, parameter [319:0] INITVAL_10 = 0, parameter [319:0] INITVAL_11 = 0,
  parameter [319:0] INITVAL_12 = 0, parameter [319:0] INITVAL_13 = 0, parameter [319:0] INITVAL_14 = 0,
  parameter [319:0] INITVAL_15 = 0, parameter [319:0] INITVAL_16 = 0, parameter [319:0] INITVAL_17 = 0,
  parameter [319:0] INITVAL_18 = 0, parameter [319:0] INITVAL_19 = 0, parameter [319:0] INITVAL_1A = 0,
  parameter [319:0] INITVAL_1B = 0, parameter [319:0] INITVAL_1C = 0, parameter [319:0] INITVAL_1D = 0,
  parameter [319:0] INITVAL_1E = 0, parameter [319:0] INITVAL_1F = 0, parameter [319:0] INITVAL_20 = 0,
  parameter [319:0] INITVAL_21 = 0, parameter [319:0] INITVAL_22 = 0, parameter [319:0] INITVAL_23 = 0,
  parameter [319:0] INITVAL_24 = 0, parameter [319:0] INITVAL_25 = 0, parameter [319:0] INITVAL_26 = 0,
  parameter [319:0] INITVAL_27 = 0, parameter [319:0] INITVAL_28 = 0, parameter [319:0] INITVAL_29 = 0,
  parameter [319:0] INITVAL_2A = 0, parameter [319:0] INITVAL_2B = 0, parameter [319:0] INITVAL_2C = 0,
  parameter [319:0] INITVAL_2D = 0, parameter [319:0] INITVAL_2E = 0, parameter [319:0] INITVAL_2F = 0,
  parameter [319:0] INITVAL_30 = 0, parameter [319:0] INITVAL_31 = 0, parameter [319:0] INITVAL_32 = 0,
  parameter [319:0] INITVAL_33 = 0, parameter [319:0] INITVAL_34 = 0, parameter [319:0] INITVAL_35 = 0,
  parameter [319:0] INITVAL_36 = 0, parameter [319:0] INITVAL_37 = 0, parameter [319:0] INITVAL_38 = 0,
  parameter [319:0] INITVAL_39 = 0, parameter [319:0] INITVAL_3A = 0, parameter [319:0] INITVAL_3B = 0,
  parameter [319:0] INITVAL_3C = 0, parameter [319:0] INITVAL_3D = 0, parameter [319:0] INITVAL_3E = 0,
  parameter [319:0] INITVAL_3F = 0,
  parameter DATA_WIDTH_A = 18, parameter DATA_WIDTH_B = 18,
  parameter REGMODE_A = "NOREG", parameter REGMODE_B = "NOREG",
  parameter RESETMODE = "SYNC", parameter ASYNC_RESET_RELEASE = "SYNC",
  parameter CSDECODE_A = "0b000", parameter CSDECODE_B = "0b000",
  parameter WRITEMODE_A = "NORMAL", parameter WRITEMODE_B = "NORMAL",
  parameter CLKAMUX = "CLKA", parameter CLKBMUX = "CLKB", parameter GSR = "AUTO"
) (
  input DIA0, DIA1, DIA2, DIA3, DIA4, DIA5, DIA6, DIA7, DIA8, DIA9, DIA10, DIA11, DIA12, DIA13,
    DIA14, DIA15, DIA16, DIA17, ADA0, ADA1, ADA2, ADA3, ADA4, ADA5, ADA6, ADA7, ADA8, ADA9, ADA10,
    ADA11, ADA12, ADA13, CEA, OCEA, CLKA, WEA, RSTA, CSA0, CSA1, CSA2, DIB0, DIB1, DIB2, DIB3,
    DIB4, DIB5, DIB6, DIB7, DIB8, DIB9, DIB10, DIB11, DIB12, DIB13, DIB14, DIB15, DIB16, DIB17,
    ADB0, ADB1, ADB2, ADB3, ADB4, ADB5, ADB6, ADB7, ADB8, ADB9, ADB10, ADB11, ADB12, ADB13, CEB,
    OCEB, CLKB, WEB, RSTB, CSB0, CSB1, CSB2,
  output DOA0, DOA1, DOA2, DOA3, DOA4, DOA5, DOA6, DOA7, DOA8, DOA9, DOA10, DOA11, DOA12, DOA13,
    DOA14, DOA15, DOA16, DOA17, DOB0, DOB1, DOB2, DOB3, DOB4, DOB5, DOB6, DOB7, DOB8, DOB9, DOB10,
    DOB11, DOB12, DOB13, DOB14, DOB15, DOB16, DOB17
);
  function [287:0] words(input [319:0] value);  // 18 of each 20 bits
    integer k;
    for (k = 0; k < 16; k = k + 1) words[18 * k +: 18] = value[20 * k +: 18];
  endfunction
  localparam [18431:0] INIT = {
    words(INITVAL_3F), words(INITVAL_3E), words(INITVAL_3D),
    words(INITVAL_3C), words(INITVAL_3B), words(INITVAL_3A),
    words(INITVAL_39), words(INITVAL_38), words(INITVAL_37),
    words(INITVAL_36), words(INITVAL_35), words(INITVAL_34),
    words(INITVAL_33), words(INITVAL_32), words(INITVAL_31),
    words(INITVAL_30), words(INITVAL_2F), words(INITVAL_2E),
    words(INITVAL_2D), words(INITVAL_2C), words(INITVAL_2B),
    words(INITVAL_2A), words(INITVAL_29), words(INITVAL_28),
    words(INITVAL_27), words(INITVAL_26), words(INITVAL_25),
    words(INITVAL_24), words(INITVAL_23), words(INITVAL_22),
    words(INITVAL_21), words(INITVAL_20), words(INITVAL_1F),
    words(INITVAL_1E), words(INITVAL_1D), words(INITVAL_1C),
    words(INITVAL_1B), words(INITVAL_1A), words(INITVAL_19),
    words(INITVAL_18), words(INITVAL_17), words(INITVAL_16),
    words(INITVAL_15), words(INITVAL_14), words(INITVAL_13),
    words(INITVAL_12), words(INITVAL_11), words(INITVAL_10),
    words(INITVAL_0F), words(INITVAL_0E), words(INITVAL_0D),
    words(INITVAL_0C), words(INITVAL_0B), words(INITVAL_0A),
    words(INITVAL_09), words(INITVAL_08), words(INITVAL_07),
    words(INITVAL_06), words(INITVAL_05), words(INITVAL_04),
    words(INITVAL_03), words(INITVAL_02), words(INITVAL_01),
    words(INITVAL_00)
  };
  initial if (REGMODE_A != "NOREG" || REGMODE_B != "NOREG"
              || CSDECODE_A != "0b000" || CSDECODE_B != "0b000"
              || CLKAMUX != "CLKA" || CLKBMUX != "CLKB")
    $fatal(1, "DP16KD: there is no model of this mode");
  always @(posedge CLKA) if (RESETMODE != "SYNC" && (RSTA || RSTB))
    $fatal(1, "DP16KD: there is no model of an asynchronous reset");
  wire [13:0] address_a = {ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0};
  wire [17:0] data_a = {DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4,
    DIA3, DIA2, DIA1, DIA0};
  wire [13:0] address_b = {ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0};
  wire [17:0] data_b = {DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4,
    DIB3, DIB2, DIB1, DIB0};
  wire [35:0] out_a, out_b;
  wire chosen_a = CEA && !(CSA0 | CSA1 | CSA2), chosen_b = CEB && !(CSB0 | CSB1 | CSB2);
  // 36 bits are both halves of the pins; byte enables are the lowest pins of the address
  block_memory #(
    .WIDTH_A(DATA_WIDTH_A), .WIDTH_B(DATA_WIDTH_B), .INIT(INIT),
    .MODE_A(WRITEMODE_A == "NORMAL" ? 0 : WRITEMODE_A == "WRITETHROUGH" ? 1 : 2),
    .MODE_B(WRITEMODE_B == "NORMAL" ? 0 : WRITEMODE_B == "WRITETHROUGH" ? 1 : 2)
  ) memory (
    .clk_a(CLKA), .en_a(chosen_a), .we_a(WEA), .rst_a(RSTA), .addr_a(address_a),
    .be_a(address_a[3:0]), .di_a({data_b, data_a}), .do_a(out_a),
    .clk_b(CLKB), .en_b(chosen_b), .we_b(WEB), .rst_b(RSTB), .addr_b(address_b),
    .be_b(address_b[3:0]), .di_b({18'd0, data_b}), .do_b(out_b)
  );
  assign {DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4,
    DOA3, DOA2, DOA1, DOA0} = DATA_WIDTH_B == 36 ? out_b[17:0] : out_a[17:0];
  assign {DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4,
    DOB3, DOB2, DOB1, DOB0} = DATA_WIDTH_B == 36 ? out_b[35:18] : out_b[17:0];
endmodule

module MULT18X18D (
  input A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16, A17, B0, B1,
    B2, B3, B4, B5, B6, B7, B8, B9, B10, B11, B12, B13, B14, B15, B16, B17, C0, C1, C2, C3, C4,
    C5, C6, C7, C8, C9, C10, C11, C12, C13, C14, C15, C16, C17, SIGNEDA, SIGNEDB, SOURCEA,
    SOURCEB,
  output P0, P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13, P14, P15, P16, P17, P18,
    P19, P20, P21, P22, P23, P24, P25, P26, P27, P28, P29, P30, P31, P32, P33, P34, P35
);
  parameter REG_INPUTA_CLK = "NONE", REG_INPUTB_CLK = "NONE", REG_INPUTC_CLK = "NONE";
  parameter REG_PIPELINE_CLK = "NONE", REG_OUTPUT_CLK = "NONE";
  initial if (REG_INPUTA_CLK != "NONE" || REG_INPUTB_CLK != "NONE" || REG_INPUTC_CLK != "NONE"
              || REG_PIPELINE_CLK != "NONE" || REG_OUTPUT_CLK != "NONE")
    $fatal(1, "MULT18X18D: there is no model of this mode");
  wire signed [18:0] a = {SIGNEDA & A17, A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0};
  wire signed [18:0] b = {SIGNEDB & B17, B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0};
  wire signed [37:0] product = a * b;
  assign {P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18,
    P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0} =
    product[35:0];
endmodule
