// A block of memory: 2048 bytes of 9 bits, two ports. Shared by the models of ECP5 and Gowin.
// A port of 9, 18 or 36 bits takes whole bytes; a narrower one leaves their ninth bit out. What one
// port reads in the clock in which the other writes it is the old value.
module block_memory #(
  parameter WIDTH_A = 18, parameter WIDTH_B = 18,
  parameter MODE_A = 0, parameter MODE_B = 0,  // a writing port: 0 keeps, 1 new, 2 old
  parameter [18431:0] INIT = 0
) (
  input clk_a, en_a, we_a, rst_a, input [13:0] addr_a, input [3:0] be_a, input [35:0] di_a,
  output reg [35:0] do_a,
  input clk_b, en_b, we_b, rst_b, input [13:0] addr_b, input [3:0] be_b, input [35:0] di_b,
  output reg [35:0] do_b
);
  reg [8:0] bytes [0:2047];
  integer i;
  initial begin
    for (i = 0; i < 2048; i = i + 1) bytes[i] = INIT[9 * i +: 9];
    do_a = 0; do_b = 0;
  end

  wire [10:0] at_a = WIDTH_A == 36 ? {addr_a[13:5], 2'b00} :
                     WIDTH_A == 18 ? {addr_a[13:4], 1'b0} : addr_a[13:3];
  wire [35:0] old_a = {bytes[at_a | 3], bytes[at_a | 2], bytes[at_a | 1], bytes[at_a]};
  wire [35:0] mask_a = WIDTH_A == 36 ? {{9{be_a[3]}}, {9{be_a[2]}}, {9{be_a[1]}}, {9{be_a[0]}}} :
                       WIDTH_A == 18 ? {18'd0, {9{be_a[1]}}, {9{be_a[0]}}} :
                       WIDTH_A == 9 ? 36'h1ff : ((36'd1 << WIDTH_A) - 1) << offset_a;
  wire [2:0] offset_a = WIDTH_A == 4 ? {addr_a[2], 2'b00} : WIDTH_A == 2 ? {addr_a[2:1], 1'b0} :
                        WIDTH_A == 1 ? addr_a[2:0] : 3'd0;
  wire [35:0] new_a = (old_a & ~mask_a) | ((di_a << offset_a) & mask_a);
  wire [35:0] seen_a = (we_a && MODE_A == 1 ? new_a : old_a) >> offset_a;
  always @(posedge clk_a) begin
    if (en_a && we_a) begin
      bytes[at_a] <= new_a[8:0];
      if (WIDTH_A >= 18) bytes[at_a | 1] <= new_a[17:9];
      if (WIDTH_A == 36) begin
        bytes[at_a | 2] <= new_a[26:18];
        bytes[at_a | 3] <= new_a[35:27];
      end
    end
    if (rst_a) do_a <= 0;
    else if (en_a && !(we_a && MODE_A == 0)) do_a <= seen_a & ({36{1'b1}} >> (36 - WIDTH_A));
  end

  wire [10:0] at_b = WIDTH_B == 36 ? {addr_b[13:5], 2'b00} :
                     WIDTH_B == 18 ? {addr_b[13:4], 1'b0} : addr_b[13:3];
  wire [35:0] old_b = {bytes[at_b | 3], bytes[at_b | 2], bytes[at_b | 1], bytes[at_b]};
  wire [35:0] mask_b = WIDTH_B == 36 ? {{9{be_b[3]}}, {9{be_b[2]}}, {9{be_b[1]}}, {9{be_b[0]}}} :
                       WIDTH_B == 18 ? {18'd0, {9{be_b[1]}}, {9{be_b[0]}}} :
                       WIDTH_B == 9 ? 36'h1ff : ((36'd1 << WIDTH_B) - 1) << offset_b;
  wire [2:0] offset_b = WIDTH_B == 4 ? {addr_b[2], 2'b00} : WIDTH_B == 2 ? {addr_b[2:1], 1'b0} :
                        WIDTH_B == 1 ? addr_b[2:0] : 3'd0;
  wire [35:0] new_b = (old_b & ~mask_b) | ((di_b << offset_b) & mask_b);
  wire [35:0] seen_b = (we_b && MODE_B == 1 ? new_b : old_b) >> offset_b;
  always @(posedge clk_b) begin
    if (en_b && we_b) begin
      bytes[at_b] <= new_b[8:0];
      if (WIDTH_B >= 18) bytes[at_b | 1] <= new_b[17:9];
      if (WIDTH_B == 36) begin
        bytes[at_b | 2] <= new_b[26:18];
        bytes[at_b | 3] <= new_b[35:27];
      end
    end
    if (rst_b) do_b <= 0;
    else if (en_b && !(we_b && MODE_B == 0)) do_b <= seen_b & ({36{1'b1}} >> (36 - WIDTH_B));
  end
endmodule
