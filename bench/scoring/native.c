/*
 * C's side of the bench: LightGBM's own C API, tl2cgen's generated C, and our kernel built for this machine. Each line of input is
 * "ENGINE KIND ROWS MILLISECONDS FILE EXPECTED"; the answer is JSON with the CPU time of a row in microseconds and the largest
 * difference from what is expected (raw sums before the link count through it). native ROWS.f64 LIB_LIGHTGBM.so
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../packages/scoring/src/kernels/trees.c"
#include "../../packages/scoring/src/kernels/quick-scorer.c"

enum { FEATURES = 30, SINGLES = 1000, MOST = 64 };

static double *rows, *expected, *answers;
static int count;
static void *light;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void *contents(const char *path, long *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  *size = ftell(file);
  rewind(file);
  void *bytes = aligned_alloc(64, (*size + 63) / 64 * 64);
  if (fread(bytes, 1, *size, file) != (size_t)*size) return NULL;
  fclose(file);
  return bytes;
}

/* An engine answers one row, or so many, with what it gives before or after the link. */
typedef struct Engine Engine;
struct Engine {
  char name[32], file[512];
  void (*one)(Engine *, const double *row, double *answer);
  void (*batch)(Engine *, int rows, double *answers);
  int isRaw;
  void *model, *fast;
  byte *image;
  int outputs;
};

typedef int (*LightFast)(void *, const void *, int64_t *, double *);
typedef int (*LightBatch)(void *, const void *, int, int32_t, int32_t, int, int, int, int, const char *, int64_t *, double *);
static LightFast lightFast;
static LightBatch lightBatch;

static void lightOne(Engine *e, const double *row, double *answer) {
  int64_t size;
  lightFast(e->fast, row, &size, answer);
}
static void lightMany(Engine *e, int n, double *out) {
  int64_t size;
  lightBatch(e->model, rows, 1, n, FEATURES, 1, 0, 0, -1, "num_threads=1", &size, out);
}
static int openLight(Engine *e) {
  int (*load)(const char *, int *, void **) = dlsym(light, "LGBM_BoosterCreateFromModelfile");
  int (*prepare)(void *, int, int, int, int, int32_t, const char *, void **) = dlsym(light, "LGBM_BoosterPredictForMatSingleRowFastInit");
  lightFast = (LightFast)dlsym(light, "LGBM_BoosterPredictForMatSingleRowFast");
  lightBatch = (LightBatch)dlsym(light, "LGBM_BoosterPredictForMat");
  int rounds;
  if (load(e->file, &rounds, &e->model) != 0) return 0;
  e->one = lightOne;
  e->batch = lightMany;
  return prepare(e->model, 0, 0, -1, 1, FEATURES, "num_threads=1", &e->fast) == 0;
}

union Wide { int missing; double value; };
union Narrow { int missing; float value; };
static void compiledWide(Engine *e, const double *row, double *answer) {
  union Wide data[FEATURES];
  /* It adds. */
  double result[MOST] = {0};
  memcpy(data, row, sizeof data);
  ((void (*)(union Wide *, int, double *))e->model)(data, 0, result);
  *answer = result[e->outputs - 1];
}
static void compiledNarrow(Engine *e, const double *row, double *answer) {
  union Narrow data[FEATURES];
  float result[MOST] = {0};
  for (int i = 0; i < FEATURES; i++) data[i].value = row[i];
  ((void (*)(union Narrow *, int, float *))e->model)(data, 0, result);
  *answer = result[e->outputs - 1];
}
static void eachOne(Engine *e, int n, double *out) {
  for (int i = 0; i < n; i++) e->one(e, rows + i * FEATURES, out + i);
}
static int openCompiled(Engine *e) {
  void *library = dlopen(e->file, RTLD_NOW);
  if (library == NULL || (e->model = dlsym(library, "predict")) == NULL) return 0;
  const char *(*type)(void) = dlsym(library, "get_threshold_type");
  void (*classes)(int32_t *) = dlsym(library, "get_num_class");
  int32_t outputs = 1;
  classes(&outputs);
  e->outputs = outputs;
  e->one = strcmp(type(), "float32") == 0 ? compiledNarrow : compiledWide;
  e->batch = eachOne;
  return 1;
}

/* The memory of our instance as it was written to a file: the header lies at 1,024. */
static void kernelOne(Engine *e, const double *row, double *answer) {
  memory = e->image;
  const Ensemble *ensemble = AT(Ensemble, 1024);
  memcpy(AT(double, ensemble->rows), row, FEATURES * sizeof(double));
  memset(AT(double, ensemble->sums), 0, ensemble->outputs * sizeof(double));
  addOne(1024);
  *answer = AT(double, ensemble->sums)[ensemble->outputs - 1];
}
static void kernelMany(Engine *e, int n, double *out) {
  memory = e->image;
  const Ensemble *ensemble = AT(Ensemble, 1024);
  const int outputs = ensemble->outputs, block = ensemble->block;
  for (int from = 0; from < n; from += block) {
    const int size = n - from < block ? n - from : block;
    memcpy(AT(double, ensemble->rows), rows + from * FEATURES, size * FEATURES * sizeof(double));
    memset(AT(double, ensemble->sums), 0, size * outputs * sizeof(double));
    if (ensemble->quick) quickScore(1024, size);
    else addBatch(1024, size);
    for (int i = 0; i < size; i++) out[from + i] = AT(double, ensemble->sums)[i * outputs + outputs - 1];
  }
}
static int openKernel(Engine *e) {
  long size;
  if ((e->image = contents(e->file, &size)) == NULL) return 0;
  e->one = kernelOne;
  e->batch = kernelMany;
  e->isRaw = 1;
  return 1;
}

static Engine *engineOf(const char *name, const char *file) {
  static Engine engines[64];
  static int known = 0;
  for (int i = 0; i < known; i++)
    if (strcmp(engines[i].name, name) == 0 && strcmp(engines[i].file, file) == 0) return &engines[i];
  Engine *e = &engines[known];
  snprintf(e->name, sizeof e->name, "%s", name);
  snprintf(e->file, sizeof e->file, "%s", file);
  const int opened = strcmp(name, "lightgbm") == 0 ? openLight(e) : strcmp(name, "tl2cgen") == 0 ? openCompiled(e) : openKernel(e);
  if (!opened) return NULL;
  known++;
  return e;
}

int main(int argc, char **argv) {
  long size;
  if (argc < 3 || (rows = contents(argv[1], &size)) == NULL) return 1;
  count = size / 8 / FEATURES;
  answers = malloc(count * sizeof(double));
  light = dlopen(argv[2], RTLD_NOW);
  puts("{}");
  fflush(stdout);
  char engine[32], kind[16], file[512], wanted[512];
  int n, ms;
  while (scanf("%31s %15s %d %d %511s %511s", engine, kind, &n, &ms, file, wanted) == 6) {
    Engine *e = engineOf(engine, file);
    if (e == NULL) {
      printf("{\"error\":\"cannot open\"}\n");
      fflush(stdout);
      continue;
    }
    expected = contents(wanted, &size);
    double apart = 0;
    e->batch(e, SINGLES, answers);
    for (int i = 0; !e->isRaw && i < SINGLES; i++) apart = fmax(apart, fabs(answers[i] - expected[i]));
    free(expected);
    long done = 0;
    const double begin = now();
    do {
      if (strcmp(kind, "one") == 0) {
        for (int i = 0; i < SINGLES; i++) e->one(e, rows + i * FEATURES, answers + i);
        done += SINGLES;
      } else {
        e->batch(e, n, answers);
        done += n;
      }
    } while (now() - begin < ms * 1e3);
    const double us = (now() - begin) / done;
    if (e->isRaw) printf("{\"us\":%.6f}\n", us);
    else printf("{\"us\":%.6f,\"difference\":%g}\n", us, apart);
    fflush(stdout);
  }
  return 0;
}
