/*
 * Batches of rows in trees of few leaves, without a walk (QuickScorer: Lucchese and others, SIGIR 2015). Each row keeps a set of
 * the leaves that it may still come to, as bits from left to right. Every node that a row goes right of takes away the leaves of
 * its left subtree, whether the row comes to that node or not: the first leaf that is left is the one where a walk ends.
 *
 * Nodes are not asked in their trees' order, so values need not be at hand as numbers. Of each value only its rank among the
 * thresholds that it can meet is kept, a byte: it is more than the rank of a threshold exactly where a walk would go right.
 * Sixteen rows lie in a register, and a set is taken eight leaves at a time, by the nodes that take away some of the eight.
 */
#include "ensemble.h"

/* The nodes that ask for one column in one form. */
typedef struct {
  int column;
  int form;
  /* In rising order, each once. */
  int thresholds;
  address threshold;
} Question;

/* What a node takes away of eight leaves. */
typedef struct {
  /* Where the ranks of its question begin, in bytes from those of the first. */
  address ranks;
  /* A row that goes right has a greater one. */
  signed char rank;
  signed char taken;
} Cut;

enum { MOST_EIGHTS = 8 };

typedef struct {
  /* For the last eight leaves first. */
  address cuts;
  /* Of each eight. */
  unsigned short count[MOST_EIGHTS];
  int eights;
  /* The number of the leaf that is leftmost. */
  unsigned leaf;
  int output;
} LeafSets;

typedef struct {
  int questions;
  address question;
  /* One a tree. */
  address sets;
  /* Of each question a byte for each row of a block. */
  address ranks;
  /* Of one tree: each row's leaf. */
  address leaves;
} QuickScorer;

typedef signed char Bytes __attribute__((vector_size(16)));
enum { WIDTH = sizeof(Bytes), SIDE_BY_SIDE = 4 };

/* How many of the thresholds each of eight values is not at most; NaN is at most none. Ranks begin with -128. */
INLINE void rankEight(const double *thresholds, int count, const double *value, signed char *rank) {
  const double *from[LANES];
#define EACH_LANE(STATEMENT) for (int l = 0; l < LANES; l++) { STATEMENT }
  EACH_LANE(from[l] = thresholds;)
  for (; count > 1; count -= count / 2) {
    const int half = count / 2;
    EACH_LANE(from[l] += half & -(int)!(value[l] <= from[l][half - 1]);)
  }
  EACH_LANE(rank[l] = from[l] - thresholds + !(value[l] <= *from[l]) - 128;)
}

INLINE void rankRows(const Ensemble *e, const QuickScorer *quick, int rows) {
  const int columns = e->columns, rounds = e->rounds;
  const Question *question = AT(Question, quick->question);
  signed char *rank = AT(signed char, quick->ranks);
  for (int q = 0; q < quick->questions; q++, question++, rank += e->block) {
    const double *from = AT(double, e->rows) + question->column, *thresholds = AT(double, question->threshold);
    for (int r = 0; r < rows; r += LANES, from += LANES * columns) {
      double value[LANES];
      EACH_LANE(value[l] = rounds ? (double)(float)from[l * columns] : from[l * columns];)
      if (question->form != AS_IS) EACH_LANE(value[l] = inForm(value[l], question->form, 0);)
      rankEight(thresholds, question->thresholds, value, rank + r);
    }
  }
}

/* The leaves, counted from the left, of so many registers of rows. */
INLINE void findLeaves(const LeafSets *sets, const signed char *ranks, int registers, byte *leaves) {
  const Bytes none = {0}, eight = none + 8;
  Bytes first[SIDE_BY_SIDE] = {none}, before[SIDE_BY_SIDE] = {none};
  const Cut *cut = AT(Cut, sets->cuts);
  for (int s = 0; s < sets->eights; s++) {
    Bytes left[SIDE_BY_SIDE];
    for (int i = 0; i < registers; i++) left[i] = ~none;
    for (const Cut *end = cut + sets->count[s]; cut != end; cut++) {
      const Bytes rank = none + cut->rank, taken = none + cut->taken;
      const Bytes *row = (const Bytes *)(ranks + cut->ranks);
      for (int i = 0; i < registers; i++) left[i] &= ~((Bytes)(row[i] > rank) & taken);
    }
    for (int i = 0; i < registers; i++) {
      const Bytes isEmpty = (Bytes)(left[i] == none);
      first[i] = left[i] | (first[i] & isEmpty);
      before[i] = (before[i] + eight) & isEmpty;
    }
  }
  for (int i = 0; i < registers; i++) {
    const Bytes bit = first[i] & -first[i];
#define PLACE(mask, weight) (~(Bytes)((bit & (none + (signed char)(mask))) == none) & (none + weight))
    ((Bytes *)leaves)[i] = before[i] + PLACE(0xaa, 1) + PLACE(0xcc, 2) + PLACE(0xf0, 4);
  }
}

/* As addBatch, for small trees. */
EXPORT(quickScore) int quickScore(address ensemble, int rows) {
  const Ensemble *e = AT(Ensemble, ensemble);
  const double *row = AT(double, e->rows), *values = AT(double, e->values);
  const int columns = e->columns, rounds = e->rounds, taken = e->taken;
  int refused = 0;
  for (int i = 0; i < rows * columns; i++) refused |= isRefused(rounds ? (double)(float)row[i] : row[i], taken);
  if (refused) return 1;

  const QuickScorer *quick = AT(QuickScorer, e->quick);
  rankRows(e, quick, rows);
  const signed char *ranks = AT(signed char, quick->ranks);
  byte *leaves = AT(byte, quick->leaves);
  const LeafSets *sets = AT(LeafSets, quick->sets);
  const int outputs = e->outputs, width = e->width, areSingle = e->sumsAreSingle;
  for (int t = 0; t < e->trees; t++, sets++) {
    int r = 0;
    for (; r + WIDTH * (SIDE_BY_SIDE - 1) < rows; r += WIDTH * SIDE_BY_SIDE) findLeaves(sets, ranks + r, SIDE_BY_SIDE, leaves + r);
    for (; r < rows; r += WIDTH) findLeaves(sets, ranks + r, 1, leaves + r);
    double *sums = AT(double, e->sums) + sets->output;
    const double *own = values + (unsigned long)sets->leaf * width;
    if (outputs == 1 && !areSingle)
      for (int i = 0; i < rows; i++) sums[i] += own[leaves[i]];
    else
      for (int i = 0; i < rows; i++) addLeaf(sums + i * outputs, own, leaves[i], width, areSingle);
  }
  return 0;
}
