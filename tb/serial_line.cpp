// A serial line to the Verilog of a board, as a program. Bytes on the line go as a UART's.
//   line pipe CLOCKS: commands on stdin, answers on stdout; CLOCKS (a real) clocks a bit
//     'w' u32 n, n bytes  queues bytes for the board's rx
//     'z' u32 n           n clocks of random levels on rx, when the queue is empty
//     'r' u32 n, u32 idle runs until n bytes are there, or rx and tx were silent for idle clocks;
//                         answers u32 count and the bytes
//   line pty CLOCKS IDLE: a pseudo-terminal, whose name is the first line on stdout; ends with
//     stdin. Time stands still when rx and tx were silent for IDLE clocks.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <random>
#include <termios.h>
#include <unistd.h>
#include "Vboard.h"
#include "verilated.h"

class Line {
  Vboard board;
  std::mt19937 random{1};
  double now = 0, send_at = 0, next_sample = 0;
  int sending = -1, receiving = -1, byte_in = 0;
  unsigned byte_out = 0;

 public:
  double period;
  std::deque<uint8_t> to, from;
  uint32_t silent = 0, noise = 0;

  explicit Line(double clocks) : period(clocks) { board.reset = 1; board.rx = 1; board.clock = 0; }

  void clock() {
    ++silent;
    if (sending < 0) {
      board.rx = 1;
      if (noise) { --noise; silent = 0; board.rx = random() & 1; }
      else if (!to.empty()) {
        byte_out = to.front() << 1 | 0x200; to.pop_front(); sending = 0; send_at = now;
      }
    }
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
};

template <typename T> static bool get(T &value) { return fread(&value, sizeof value, 1, stdin) == 1; }

static int pipes(Line &line) {
  for (int command; (command = getchar()) != EOF;) {
    uint32_t n, idle;
    if (!get(n)) return 1;
    if (command == 'w') { while (n--) line.to.push_back(getchar()); continue; }
    if (command == 'z') { line.noise = n; continue; }
    if (!get(idle)) return 1;
    for (line.silent = 0; line.from.size() < n && line.silent < idle;) line.clock();
    uint32_t count = line.from.size() < n ? line.from.size() : n;
    fwrite(&count, 4, 1, stdout);
    while (count--) { putchar(line.from.front()); line.from.pop_front(); }
    fflush(stdout);
  }
  return 0;
}

static int terminal(Line &line, uint32_t idle) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (master < 0 || grantpt(master) || unlockpt(master)) { perror("pty"); return 1; }
  // kept open, so that a host may come and go
  int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  termios settings;
  if (slave < 0 || tcgetattr(slave, &settings)) { perror("pty"); return 1; }
  cfmakeraw(&settings);
  tcsetattr(slave, TCSANOW, &settings);
  printf("%s\n", ptsname(master));
  fflush(stdout);
  for (uint8_t buffer[4096];;) {
    bool asleep = line.silent >= idle && line.to.empty();
    pollfd fds[] = {{0, POLLIN, 0}, {master, POLLIN, 0}};
    if (!line.from.empty()) fds[1].events |= POLLOUT;
    poll(fds, 2, asleep ? -1 : 0);
    if (fds[0].revents && read(0, buffer, sizeof buffer) <= 0) return 0;
    if (line.to.size() < sizeof buffer && fds[1].revents & POLLIN) {
      ssize_t count = read(master, buffer, sizeof buffer);
      for (ssize_t k = 0; k < count; ++k) line.to.push_back(buffer[k]);
      if (count > 0) line.silent = 0;
    }
    if (fds[1].revents & POLLOUT) {
      size_t count = 0;
      for (; count < sizeof buffer && count < line.from.size(); ++count) buffer[count] = line.from[count];
      ssize_t written = write(master, buffer, count);
      for (ssize_t k = 0; k < written; ++k) line.from.pop_front();
    }
    for (int k = 0; k < 1000 && line.silent < idle; ++k) line.clock();
  }
}

int main(int count, char **words) {
  if (count < 3) return 2;
  Line line(atof(words[2]));
  return strcmp(words[1], "pty") ? pipes(line) : terminal(line, count > 3 ? atoi(words[3]) : 100000);
}
