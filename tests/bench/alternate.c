// Times whole processes in turn: A B C, A C B, A B C ..., each from before it is started until it
// has been waited for. Run side by side like this, whatever else the machine does falls on all of
// them alike, and the ratio within one round means something when the figures themselves wander.
//
// Every other round is reversed behind its first command because of what a predecessor leaves in
// the caches: run always as A B C with a small A, one and the same program as B and C came out 1 to
// 3 % slower as B. Turned about, B and C each come after A as often as after each other.
//
//   alternate [--runs N] [--warmup N] [--limit SECONDS] --against LABEL --
//       LABEL PROGRAM [ARGUMENT...] --vs LABEL PROGRAM [ARGUMENT...] ...
//
// PROGRAM is a path: searching PATH would be timed too. stdin and stdout are /dev/null. Prints one
// line for each command, tab-separated:
//
//   label, wall ms min, median, max, median over the rounds of wall / wall of AGAINST's command,
//   user+sys ms median, peak memory KiB (median of ru_maxrss)
//
// Fails, naming the command, if any run does not end with exit status 0 or takes over the limit.
//
// Counted runs are started by vfork, which costs the same however large this program is. But Linux
// carries the peak memory of the address space that called exec over into ru_maxrss, and with vfork
// that is all of ours. So peak memory is taken from the warm-up runs, which are started by fork:
// then it is only the few pages of ours that fork copies. This is built static, and without malloc,
// to keep those few.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { commands_max = 8, runs_max = 100000 };

struct command {
  const char* label;
  char** argv;
};

static struct command commands[commands_max];
static int command_count;
static int limit_seconds = 10;

static double wall_ms[commands_max][runs_max];
static double cpu_ms[commands_max][runs_max];
static double peak_kib[commands_max][runs_max];
static double ratio[runs_max];

static volatile sig_atomic_t running;  // the pid to end on a signal
static volatile sig_atomic_t time_up;
static volatile sig_atomic_t told_to_end;  // the signal that did

static _Noreturn void die(const char* what) {
  fprintf(stderr, "alternate: %s: %s\n", what, strerror(errno));
  exit(1);
}

static _Noreturn void usage(const char* what) {
  fprintf(stderr,
          "alternate: %s\n"
          "usage: alternate [--runs N] [--warmup N] [--limit SECONDS] --against LABEL --\n"
          "           LABEL PROGRAM [ARGUMENT...] --vs LABEL PROGRAM [ARGUMENT...] ...\n",
          what);
  exit(2);
}

static void on_signal(int signal_number) {
  if (signal_number == SIGALRM) {
    time_up = 1;
  } else {
    told_to_end = signal_number;
  }
  if (running > 0) {
    kill(running, SIGKILL);
  }
}

static void set_timer(int seconds) {
  // It repeats, in case the first one comes before RUNNING is set.
  const struct itimerval timer = {.it_value = {.tv_sec = seconds},
                                  .it_interval = {.tv_sec = seconds > 0 ? 1 : 0}};
  if (setitimer(ITIMER_REAL, &timer, NULL) != 0) {
    die("setitimer");
  }
}

static double milliseconds(const struct timespec* from, const struct timespec* to) {
  return (double)(to->tv_sec - from->tv_sec) * 1e3 + (double)(to->tv_nsec - from->tv_nsec) / 1e6;
}

static _Noreturn void become(char** argv) {
  // If this driver is killed, so is what it has started.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  execv(argv[0], argv);
  _exit(127);
}

static pid_t start_by_fork(char** argv) {
  const pid_t pid = fork();
  if (pid == 0) {
    become(argv);
  }
  return pid;
}

static pid_t start_by_vfork(char** argv) {
  const pid_t pid = vfork();
  if (pid == 0) {
    become(argv);
  }
  return pid;
}

struct sample {
  double wall_ms;
  double cpu_ms;
  double peak_kib;
};

static struct sample run(const struct command* command, bool warmup, int round) {
  struct timespec before;
  struct timespec after;
  struct rusage used;
  int status = 0;

  set_timer(limit_seconds);
  clock_gettime(CLOCK_MONOTONIC, &before);
  const pid_t pid = warmup ? start_by_fork(command->argv) : start_by_vfork(command->argv);
  if (pid < 0) {
    die("fork");
  }
  running = pid;
  while (wait4(pid, &status, 0, &used) < 0) {
    if (errno != EINTR) {
      die("wait4");
    }
  }
  clock_gettime(CLOCK_MONOTONIC, &after);
  running = 0;
  set_timer(0);

  if (told_to_end != 0) {
    exit(128 + told_to_end);
  }
  if (time_up || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "alternate: %s (%s): ", command->label, command->argv[0]);
    if (time_up) {
      fprintf(stderr, "took over %d s", limit_seconds);
    } else if (WIFEXITED(status)) {
      fprintf(stderr, "exit status %d", WEXITSTATUS(status));
    } else {
      fprintf(stderr, "ended by signal %d", WTERMSIG(status));
    }
    fprintf(stderr, " in %s round %d\n", warmup ? "warm-up" : "counted", round + 1);
    exit(1);
  }
  return (struct sample){
      .wall_ms = milliseconds(&before, &after),
      .cpu_ms = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
                (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3,
      .peak_kib = (double)used.ru_maxrss,
  };
}

// Which command is the PLACE-th to run in this round.
static int in_turn(int place, int round) {
  return place == 0 || round % 2 == 0 ? place : command_count - place;
}

static int ascending(const void* left, const void* right) {
  const double a = *(const double*)left;
  const double b = *(const double*)right;
  return (a > b) - (a < b);
}

// Sorts the figures, so that the first is the least and the last the greatest.
static double median(double* figures, int count) {
  qsort(figures, (size_t)count, sizeof *figures, ascending);
  return (figures[(count - 1) / 2] + figures[count / 2]) / 2;
}

static int count_option(const char* name, const char* text, int max) {
  char* end = NULL;
  errno = 0;
  const long value = text == NULL ? 0 : strtol(text, &end, 10);
  if (text == NULL || errno != 0 || end == text || *end != '\0' || value < 1 || value > max) {
    fprintf(stderr, "alternate: %s takes a number from 1 to %d\n", name, max);
    exit(2);
  }
  return (int)value;
}

// Splits what follows the -- into commands: each --vs becomes the null that ends an argv.
static void split(char** words) {
  while (*words != NULL) {
    if (command_count == commands_max) {
      usage("too many commands");
    }
    struct command* command = &commands[command_count++];
    command->label = *words++;
    command->argv = words;
    while (*words != NULL && strcmp(*words, "--vs") != 0) {
      ++words;
    }
    if (strcmp(command->label, "--vs") == 0 || words == command->argv) {
      usage("a command needs a label and a program");
    }
    if (*words != NULL) {
      *words++ = NULL;
      if (*words == NULL) {
        usage("no command after the last --vs");
      }
    }
  }
  if (command_count == 0) {
    usage("no command");
  }
}

int main(int argc, char** argv) {
  int runs = 300;
  int warmup = 20;
  const char* against = NULL;
  int at = 1;
  for (; at < argc && strcmp(argv[at], "--") != 0; at += 2) {
    const char* option = argv[at];
    const char* value = argv[at + 1];
    if (strcmp(option, "--runs") == 0) {
      runs = count_option(option, value, runs_max);
    } else if (strcmp(option, "--warmup") == 0) {
      warmup = count_option(option, value, runs_max);
    } else if (strcmp(option, "--limit") == 0) {
      limit_seconds = count_option(option, value, 3600);
    } else if (strcmp(option, "--against") == 0 && value != NULL) {
      against = value;
    } else {
      usage("unknown option, or one without its value");
    }
  }
  if (at >= argc || against == NULL) {
    usage("--against and -- are needed");
  }
  split(argv + at + 1);
  int base = 0;
  while (base < command_count && strcmp(commands[base].label, against) != 0) {
    ++base;
  }
  if (base == command_count) {
    usage("--against names none of the commands");
  }

  // Done here once, so that a started process has nothing left to do but exec.
  const int out_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  FILE* out = out_fd < 0 ? NULL : fdopen(out_fd, "w");
  const int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (out == NULL || null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 ||
      dup2(null_fd, STDOUT_FILENO) < 0) {
    die("setting up stdin and stdout");
  }
  struct sigaction action = {.sa_handler = on_signal};
  if (sigaction(SIGALRM, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0 ||
      sigaction(SIGHUP, &action, NULL) != 0) {
    die("sigaction");
  }

  for (int round = 0; round < warmup; ++round) {
    for (int place = 0; place < command_count; ++place) {
      const int i = in_turn(place, round);
      peak_kib[i][round] = run(&commands[i], true, round).peak_kib;
    }
  }
  for (int round = 0; round < runs; ++round) {
    for (int place = 0; place < command_count; ++place) {
      const int i = in_turn(place, round);
      const struct sample sample = run(&commands[i], false, round);
      wall_ms[i][round] = sample.wall_ms;
      cpu_ms[i][round] = sample.cpu_ms;
    }
  }

  double ratio_median[commands_max];
  for (int i = 0; i < command_count; ++i) {
    // Before anything is sorted: a ratio is of two runs of the same round.
    for (int round = 0; round < runs; ++round) {
      ratio[round] = wall_ms[i][round] / wall_ms[base][round];
    }
    ratio_median[i] = median(ratio, runs);
  }
  for (int i = 0; i < command_count; ++i) {
    const double middle = median(wall_ms[i], runs);
    fprintf(out, "%s\t%.4f\t%.4f\t%.4f\t%.5f\t%.4f\t%.0f\n", commands[i].label, wall_ms[i][0],
            middle, wall_ms[i][runs - 1], ratio_median[i], median(cpu_ms[i], runs),
            median(peak_kib[i], warmup));
  }
  if (fclose(out) != 0) {
    die("writing the result");
  }
  return 0;
}
