// A serial line to the board's Verilog, as a program: commands on stdin, bytes on stdout.
//   'p' double          clocks a bit from here on (8 bytes)
//   'w' u32 n, n bytes  queues bytes for the board's rx
//   'z' u32 n           n clocks of random levels on rx, when the queue is empty
//   'r' u32 n, u32 idle runs until n bytes are there, or rx and tx were silent for idle clocks;
//                       answers u32 count and the bytes
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <random>
#include "Vboard.h"
#include "verilated.h"

template <typename T> static bool get(T &value) { return fread(&value, sizeof value, 1, stdin) == 1; }

int main() {
  Vboard board;
  std::deque<uint8_t> to, from;
  std::mt19937 random(1);
  double period = 1e9, send_at = 0, now = 0, next_sample = 0;
  int sending = -1, receiving = -1, byte_in = 0, noise = 0;
  unsigned byte_out = 0;
  board.reset = 1; board.rx = 1; board.clock = 0;
  for (int command; (command = getchar()) != EOF;) {
    uint32_t n, idle, silent = 0;
    if (command == 'p') { if (!get(period)) return 1; continue; }
    if (!get(n)) return 1;
    if (command == 'w') { while (n--) to.push_back(getchar()); continue; }
    if (command == 'z') { noise = n; continue; }
    if (!get(idle)) return 1;
    while (from.size() < n && silent < idle) {
      ++silent;
      if (sending < 0 && noise > 0) { --noise; silent = 0; board.rx = random() & 1; }
      else if (sending < 0 && !to.empty()) {
        byte_out = to.front() << 1 | 0x200; to.pop_front(); sending = 0; send_at = now;
      } else if (sending < 0) board.rx = 1;
      if (sending >= 0) {
        silent = 0;
        int bit = (now - send_at) / period;
        if (bit > 9) { sending = -1; board.rx = 1; }
        else board.rx = byte_out >> bit & 1;
      }
      board.clock = 1; board.eval(); board.clock = 0; board.eval(); ++now;
      if (receiving < 0) {
        if (!board.tx) { receiving = 0; byte_in = 0; next_sample = now + period * 1.5; silent = 0; }
      } else if (now >= next_sample) {
        silent = 0;
        if (receiving < 8) byte_in |= board.tx << receiving;
        else { if (board.tx) from.push_back(byte_in); else fprintf(stderr, "no stop bit\n"); receiving = -2; }
        ++receiving; next_sample += period;
      }
    }
    uint32_t count = from.size() < n ? from.size() : n;
    fwrite(&count, 4, 1, stdout);
    while (count--) { putchar(from.front()); from.pop_front(); }
    fflush(stdout);
  }
}
