// A reservoir in a plain Verilog design for Lattice ECP5: no bus, no stream, one pulse a sample.
//
// It feeds the generated module `laser` (interface bare) with a triangle wave at SAMPLE_RATE and
// shows the top bits of its forecast on eight LEDs. In a design of yours, the triangle is a
// converter, and the LEDs are whatever wants to know.

// verilator lint_off PROCASSINIT // an FPGA's registers have the initial value they are given
`default_nettype none

module top #(
    parameter CLOCK = 25_000_000,
    parameter SAMPLE_RATE = 10_000
) (
    input wire clk,
    input wire button,          // begins a new sequence: the reservoir forgets
    output reg [7:0] led
);
    localparam PERIOD = CLOCK / SAMPLE_RATE;

    // Reset: the first clocks after configuration.
    reg [3:0] begun = 0;
    wire rst = !begun[3];
    always @(posedge clk)
        if (rst)
            begun <= begun + 1;

    // One pulse a sample. `busy` must be over by then: PERIOD is longer than the clocks a step
    // that the header of laser.v names; a step that comes too early would be ignored.
    reg [31:0] count = 0;
    wire step = count == PERIOD - 1;
    always @(posedge clk)
        count <= step ? 0 : count + 1;

    // The button, into this clock; a level is as good as a pulse: each sample then begins anew.
    reg [1:0] pressed = 0;
    always @(posedge clk)
        pressed <= {pressed[0], button};

    // A triangle over all raw values of the input.
    reg signed [15:0] wave = 0;
    reg falling = 0;
    always @(posedge clk)
        if (step) begin
            wave <= falling ? wave - 16'sd256 : wave + 16'sd256;
            if (wave == 16'sd32000 - 16'sd256)
                falling <= 1;
            if (wave == -16'sd32000 + 16'sd256)
                falling <= 0;
        end

    wire busy, done;
    wire signed [15:0] forecast;
    laser laser (
        .clk(clk),
        .rst(rst),
        .clear(pressed[1]),
        .step(step),
        .i_intensity(wave),
        .busy(busy),
        .done(done),
        .o_intensity(forecast)
    );

    always @(posedge clk)
        if (done)
            led <= forecast[15:8];

    wire unused = &{1'b0, busy, forecast[7:0]};
endmodule

`default_nettype wire
