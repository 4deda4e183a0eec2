"""Asks the real Spark: draws stages of texts and features with random parameters and data, and writes what Spark makes of
them as fixtures, which `npm run conformance -- OUT` compares with native scoring.

    python text_stages.py OUT [--seed N] [--cases N] [--only KIND]

It needs PySpark 3.5 or later with numpy, and a Java that it runs on.
"""

import argparse
import csv
import json
import os
import random
import shutil
import struct
import sys
import zipfile

import pyspark
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import LinearSVC, LogisticRegression, NaiveBayes, RandomForestClassifier
from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import (
    CountVectorizer, DCT, FeatureHasher, HashingTF, IDF, Interaction, MaxAbsScaler, NGram, Normalizer, OneHotEncoder,
    RFormula, RegexTokenizer, SQLTransformer, StandardScaler, StopWordsRemover, StringIndexer, Tokenizer,
    VectorAssembler, Word2Vec,
)
from pyspark.ml.linalg import Vector, Vectors, VectorUDT
from pyspark.sql import SparkSession
from pyspark.sql.types import (
    ArrayType, BooleanType, DoubleType, FloatType, IntegerType, LongType, StringType, StructField, StructType,
)

WORDS = (
    'bank Bank BANK the The in of river 2-1 naïve NAÏVE straße STRASSE İstanbul ISTANBUL ılık Iğdır ΟΔΟΣ οδός ΣΑΣ '
    'Σ ΑΣ. Α.Σ ΑΣ-Β 日本 東京 😀 a😀b 𐐀𐐨 null e\u0301a \u0301 don\'t it’s co-op x_1 1,000 3.14 #tag @me ﬁne ǅ ß '
    'Ⅷ Į Ì'
).split() + ['', '\u00a0', '\u2028', '\u200d', '\ufeff', '\u0000x']
GAPS = [' ', ' ', ' ', ' ', '  ', '\t', '\n', '\r\n', '\u00a0', '\u2003', '\x0b', '\x0c', ',', '.', '-', '|', '\u0085']
PATTERNS = [
    r'\s+', r'\W+', r'\W', r'\w+', r'[^a-z0-9]+', r',', r'\|', r'\b', r'\B', r'', r'.', r'\p{L}+', r'\P{L}+', r'[\p{L}\p{Nd}]+',
    r'[^\p{IsAlphabetic}]+', r'\p{Punct}', r'(?i)the', r'(?i)[a-z]+', r'[a-z&&[^aeiou]]+', r'(\w)(\w)', r'\d+|\p{Lu}',
    r'\b\w\w+\b', r'\h+', r'\R+', r'(?<=\w)\s', r'\s(?=\w)', r'(?<!-)\d', r'x*', r'a|b|', r'^', r'(?m)$', r'\Qa.\E|1', r'[\s,.]+',
    r'\u00e9|\x{1F600}', r'.{2}', r'(?:ab|a)+?', r'[[a-c][x-z]]', r'\p{IsLatin}+', r'\p{IsHan}', r'(?s).+', r'\S{2,3}', r'[\-|]',
]


def text(draw):
    return ''.join(draw.choice(WORDS) + draw.choice(GAPS) for _ in range(draw.randrange(0, 9)))


def words(draw, nulls=True):
    return [None if nulls and draw.random() < .05 else draw.choice(WORDS) for _ in range(draw.randrange(0, 12))]


def number(draw):
    return draw.choice([0.0, -0.0, 1.0, -1.5, 1e-4, 1e7, 123456.789, 1e21, 5e-324, draw.gauss(0, 10), draw.gauss(0, 1e-5)])


TYPES = {'string': StringType(), 'json': StringType(), 'array<string>': ArrayType(StringType()), 'double': DoubleType(),
         'float': FloatType(), 'int': IntegerType(), 'bigint': LongType(), 'boolean': BooleanType(), 'vector': VectorUDT()}


class Case:
    """Columns and the stages that are fitted on them."""

    def __init__(self, columns, rows, stages, keeps=()):
        self.columns, self.rows, self.stages, self.keeps = columns, rows, stages, keeps


def tokenizer(draw):
    return Case({'t': 'json'}, [[text(draw)] for _ in range(30)], [Tokenizer(inputCol='t', outputCol='w')])


def regex_tokenizer(draw):
    stage = RegexTokenizer(inputCol='t', outputCol='w', pattern=draw.choice(PATTERNS), gaps=draw.random() < .6,
                           minTokenLength=draw.choice([0, 1, 1, 2, 3]), toLowercase=draw.random() < .6)
    return Case({'t': 'json'}, [[text(draw)] for _ in range(30)], [stage])


def stop_words(draw):
    stage = StopWordsRemover(inputCol='w', outputCol='o', caseSensitive=draw.random() < .4,
                             stopWords=[draw.choice(WORDS) for _ in range(draw.randrange(0, 25))],
                             locale=draw.choice(['en', 'en_US', 'tr', 'tr_TR', 'lt', 'az', 'de']))
    return Case({'w': 'array<string>'}, [[words(draw)] for _ in range(30)], [stage])


def ngram(draw):
    return Case({'w': 'array<string>'}, [[words(draw)] for _ in range(20)],
                [NGram(inputCol='w', outputCol='o', n=draw.randrange(1, 5))])


def count_vectorizer(draw):
    stage = CountVectorizer(inputCol='w', outputCol='o', vocabSize=draw.choice([5, 20, 1000]), minDF=draw.choice([1.0, 2.0, .1]),
                            minTF=draw.choice([1.0, 2.0, .1, .25, 0.0]), binary=draw.random() < .4)
    return Case({'w': 'array<string>'}, [[words(draw, False)] for _ in range(40)], [stage])


def hashing_tf(draw):
    stage = HashingTF(inputCol='w', outputCol='o', numFeatures=draw.choice([1, 2, 7, 100, 1024, 1 << 18]),
                      binary=draw.random() < .4)
    return Case({'w': 'array<string>'}, [[words(draw)] for _ in range(30)], [stage])


MIXED = {'d': 'double', 'f': 'float', 'i': 'int', 'l': 'bigint', 'b': 'boolean', 's': 'json'}


SINGLE = struct.unpack('f', struct.pack('f', 1.1))[0]


def mixed_row(draw, nulls=.15):
    full = [number(draw), draw.choice([0.5, 0.25, 1e10, 2.0 ** 100, -2.25, SINGLE]), draw.randrange(-5, 6), draw.randrange(-2 ** 50, 2 ** 50),
            draw.random() < .5, draw.choice(WORDS)]
    return [None if draw.random() < nulls else value for value in full]


def feature_hasher(draw):
    inputs = draw.sample(list(MIXED), draw.randrange(1, 7))
    stage = FeatureHasher(inputCols=inputs, outputCol='o', numFeatures=draw.choice([3, 32, 1000, 1 << 18]))
    if draw.random() < .6:
        stage.setCategoricalCols([name for name in inputs if draw.random() < .5])
    return Case(MIXED, [mixed_row(draw) for _ in range(30)], [stage])


def word2vec(draw):
    stage = Word2Vec(inputCol='w', outputCol='o', vectorSize=draw.choice([1, 3, 8]), minCount=draw.choice([0, 1, 3]),
                     seed=draw.randrange(1000))
    return Case({'w': 'array<string>'}, [[words(draw, False)] for _ in range(40)], [stage])


def vector(draw, size):
    return Vectors.dense([0.0 if draw.random() < .3 else number(draw) % 1e9 for _ in range(size)])


def dct(draw):
    size = draw.choice([1, 2, 3, 5, 8, 13, 16, 31, 32])
    return Case({'v': 'vector'}, [[vector(draw, size)] for _ in range(20)],
                [DCT(inputCol='v', outputCol='o', inverse=draw.random() < .5)])


FRAME = {'y': 'double', 'a': 'double', 'n': 'int', 'g': 'boolean', 'city': 'string', 'size': 'string', 'kind': 'string'}


def frame_row(draw):
    return [float(draw.randrange(0, 2)), draw.gauss(0, 5), draw.randrange(0, 4), draw.random() < .5,
            draw.choice(['Rome', 'Zürich', 'Lima', 'Oslo']), draw.choice(['S', 'M', 'L']), draw.choice(['yes', 'no'])]


def interaction(draw):
    stages = [VectorAssembler(inputCols=draw.sample(['a', 'n', 'y', 'g'], draw.randrange(1, 4)), outputCol='v')]
    inputs = ['v'] + draw.sample(['a', 'n', 'g'], draw.randrange(0, 3))
    for name in draw.sample(['city', 'size', 'kind', 'n'], draw.randrange(0, 3)):
        stages.append(StringIndexer(inputCol=name, outputCol=name + '_i', handleInvalid=draw.choice(['error', 'keep'])))
        inputs.append(name + '_i')
        if draw.random() < .5:
            stages.append(OneHotEncoder(inputCols=[name + '_i'], outputCols=[name + '_o'], dropLast=draw.random() < .5))
            inputs[-1] = name + '_o'
    if len(inputs) < 2:
        inputs.append('a')
    draw.shuffle(inputs)
    return Case(FRAME, [frame_row(draw) for _ in range(30)], stages + [Interaction(inputCols=inputs, outputCol='o')])


def formula(draw):
    terms = draw.sample(['a', 'n', 'city', 'size', 'a:city', 'city:size', 'a*size', 'n:a', 'city:size:a', 'kind'], draw.randrange(1, 5))
    label = draw.choice(['y', 'kind', 'n'])
    right = ' + '.join(term for term in terms if term != label) or 'a'
    stage = RFormula(formula='%s ~ %s%s' % (label, right, draw.choice(['', ' - 1', ' + 1'])),
                     handleInvalid=draw.choice(['error', 'keep', 'skip']),
                     stringIndexerOrderType=draw.choice(['frequencyDesc', 'alphabetAsc', 'alphabetDesc']))
    columns, rows = dict(FRAME), [frame_row(draw) for _ in range(40)]
    if label != 'kind' and draw.random() < .3:
        stage.setLabelCol('target')
    return Case(columns, rows, [stage])


def text_pipeline(draw):
    stages = [Tokenizer(inputCol='t', outputCol='w1') if draw.random() < .5 else
              RegexTokenizer(inputCol='t', outputCol='w1', pattern=draw.choice([r'\W+', r'[^\p{L}]+']))]
    stages.append(StopWordsRemover(inputCol='w1', outputCol='w2'))
    counts = draw.choice([CountVectorizer(inputCol='w2', outputCol='tf', vocabSize=60),
                          HashingTF(inputCol='w2', outputCol='tf', numFeatures=draw.choice([64, 4096, 1 << 18]))])
    stages.append(counts)
    last = draw.choice(['lr', 'nb', 'svc', 'rf', 'km', 'bern'])
    wide = isinstance(counts, HashingTF) and counts.getNumFeatures() > 5000
    features = 'tf'
    if last == 'bern':
        counts.setBinary(True)
    else:
        if draw.random() < .6:
            stages.append(IDF(inputCol=features, outputCol='idf', minDocFreq=draw.choice([0, 2])))
            features = 'idf'
        if draw.random() < .6:
            stages.append(draw.choice([Normalizer(inputCol=features, outputCol='scaled', p=draw.choice([1.0, 2.0, float('inf')])),
                                       MaxAbsScaler(inputCol=features, outputCol='scaled'),
                                       StandardScaler(inputCol=features, outputCol='scaled', withMean=False)]))
            features = 'scaled'
        if draw.random() < .5:
            stages.append(VectorAssembler(inputCols=[features, 'a'], outputCol='all', handleInvalid='keep'))
            features = 'all' if last not in ('nb',) else features
    stages.append({
        'lr': lambda: LogisticRegression(featuresCol=features, labelCol='y', maxIter=5),
        'nb': lambda: NaiveBayes(featuresCol=features, labelCol='y'),
        'bern': lambda: NaiveBayes(featuresCol=features, labelCol='y', modelType='bernoulli'),
        'svc': lambda: LinearSVC(featuresCol=features, labelCol='y', maxIter=4),
        'rf': lambda: LogisticRegression(featuresCol=features, labelCol='y', maxIter=3) if wide else
        RandomForestClassifier(featuresCol=features, labelCol='y', numTrees=3, maxDepth=3, seed=1),
        'km': lambda: KMeans(featuresCol=features, k=2, seed=1, distanceMeasure='euclidean'),
    }[last]())
    rows = [[text(draw) + ' ' + draw.choice(['bank', 'river']), abs(draw.gauss(0, 1)), float(draw.randrange(2))] for _ in range(40)]
    return Case({'t': 'json', 'a': 'double', 'y': 'double'}, rows, stages,
                keeps=['rawPrediction', 'probability', 'prediction', 'w2', features])


def sql(draw):
    statement = 'SELECT %s%s FROM __THIS__%s' % (
        draw.choice(['*, ', '', 'd, s, ']),
        ', '.join('%s AS c%d' % (expression(draw, draw.choice(['number', 'number', 'truth', 'text']), 3), i)
                  for i in range(draw.randrange(1, 5))),
        ' WHERE ' + expression(draw, 'truth', 2) if draw.random() < .3 else '')
    rows = [mixed_row(draw) for _ in range(30)]
    for row in rows:
        if row[3] is not None:
            row[3] %= 1000
        if row[0] is not None and draw.random() < .1:
            row[0] = draw.choice([float('nan'), float('inf'), -float('inf')])
    return Case(MIXED, rows, [SQLTransformer(statement=statement)])


def expression(draw, kind, depth):
    def sub(of, less=1):
        return expression(draw, of, depth - less)
    if kind == 'number':
        if depth <= 0:
            return draw.choice(['d', 'f', 'i', 'l', 'D', '`d`', '1', '2', '0', '1.5D', '2e0', '0.5', '100', 'NULL', 'i', 'd'])
        return draw.choice([
            lambda: '(%s %s %s)' % (sub('number'), draw.choice('+-*/%'), sub('number')),
            lambda: '%s(%s %% 1000)' % (draw.choice(['floor', 'ceil', 'int', 'bigint']), sub('number')),
            lambda: '%s(%s)' % (draw.choice(['log', 'ln', 'log10', 'log2', 'log1p', 'exp', 'expm1', 'sqrt', 'abs', 'sin',
                                             'cos', 'tan', 'signum', 'double', 'round', 'cbrt', 'degrees', 'radians']), sub('number')),
            lambda: '-%s' % sub('number'),
            lambda: 'CASE WHEN %s THEN %s ELSE %s END' % (sub('truth'), sub('number'), sub('number')),
            lambda: 'CASE s WHEN %s THEN 1.0D WHEN \'the\' THEN 2 END' % sub('text'),
            lambda: 'if(%s, %s, %s)' % (sub('truth'), sub('number'), sub('number')),
            lambda: '%s(%s, %s)' % (draw.choice(['coalesce', 'greatest', 'least', 'pow', 'nvl', 'nullif']), sub('number'), sub('number')),
            lambda: 'length(%s)' % sub('text'),
            lambda: 'round(d, %d)' % draw.randrange(-1, 4),
            lambda: 'CAST(%s AS %s)' % (sub(draw.choice(['number', 'truth'])), draw.choice(['DOUBLE', 'float'])),
        ])()
    if kind == 'truth':
        if depth <= 0:
            return draw.choice(['b', 'TRUE', 'false', 'b', 'd > 0', "s = 'the'", 'i <= 2'])
        return draw.choice([
            lambda: '(%s %s %s)' % (sub('number'), draw.choice(['=', '<>', '!=', '<', '<=', '>', '>=', '<=>', '==']), sub('number')),
            lambda: '(%s %s %s)' % (sub('text'), draw.choice(['=', '<>', '<', '<=', '>', '>=', '<=>']), sub('text')),
            lambda: '(%s %s %s)' % (sub('truth'), draw.choice(['AND', 'or']), sub('truth')),
            lambda: 'NOT (%s)' % sub('truth'),
            lambda: '(%s IS %sNULL)' % (sub(draw.choice(['number', 'text', 'truth'])), draw.choice(['', 'NOT '])),
            lambda: '(%s %sIN (%s, %s))' % (sub('number'), draw.choice(['', 'NOT ']), sub('number'), draw.randrange(4)),
            lambda: "(s IN ('the', 'Bank', %s))" % sub('text'),
            lambda: '(%s BETWEEN %s AND %s)' % (sub('number'), sub('number'), sub('number')),
            lambda: "(s LIKE '%s')" % draw.choice(['%a%', 'b_nk', 'B%', '', '%', 't%e']),
            lambda: 'isnan(%s)' % sub('number'),
        ])()
    if depth <= 0:
        return draw.choice(['s', "'the'", "'Bank'", "''", "'a b'", '"x"', 'NULL', 's'])
    return draw.choice([
        lambda: '%s(%s)' % (draw.choice(['lower', 'upper', 'trim']), sub('text')),
        lambda: 'concat(%s, %s)' % (sub('text'), sub('text')),
        lambda: '(%s || %s)' % (sub('text'), sub('text')),
        lambda: 'CAST(%s AS STRING)' % sub(draw.choice(['number', 'truth'])),
        lambda: 'CASE WHEN %s THEN %s ELSE %s END' % (sub('truth'), sub('text'), sub('text')),
        lambda: 'coalesce(%s, %s)' % (sub('text'), sub('text')),
    ])()


KINDS = [tokenizer, regex_tokenizer, regex_tokenizer, stop_words, ngram, count_vectorizer, hashing_tf, feature_hasher, word2vec, dct,
         interaction, formula, formula, text_pipeline, text_pipeline, sql, sql, sql]


def cell(value, kind):
    if kind == 'json':
        return json.dumps(value, ensure_ascii=False)
    if value is None:
        return ''
    if kind == 'array<string>':
        return json.dumps(value, ensure_ascii=False)
    if kind == 'boolean':
        return 'true' if value else 'false'
    return repr(value) if isinstance(value, float) else str(value)


def write_table(path, header, rows):
    with open(path, 'w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(header)
        writer.writerows(rows)


def input_table(case):
    header, sizes = [], {}
    for at, (name, kind) in enumerate(case.columns.items()):
        if kind == 'vector':
            sizes[name] = len(case.rows[0][at])
            header += ['%s:%d' % (name, part) for part in range(sizes[name])]
        else:
            header.append(name)
    rows = []
    for row in case.rows:
        cells = []
        for value, kind in zip(row, case.columns.values()):
            cells += [repr(float(part)) for part in value] if kind == 'vector' else [cell(value, kind)]
        rows.append(cells)
    return header, rows


def expected_table(result, names, draw):
    collected = result.select(*['`%s`' % name for name in names]).collect()
    header, columns = [], []
    for at, name in enumerate(names):
        values = [row[at] for row in collected]
        if any(isinstance(value, Vector) for value in values):
            size = len(values[0])
            parts = range(size)
            if size > 300:
                present = {int(part) for value in values for part in value.toArray().nonzero()[0]}
                parts = sorted(present | {draw.randrange(size) for _ in range(10)})
            arrays = [value.toArray() for value in values]
            for part in parts:
                header.append('%s:%d' % (name, part))
                columns.append([repr(float(array[part])) for array in arrays])
            continue
        header.append(name)
        columns.append([
            '' if value is None else
            json.dumps(value, ensure_ascii=False) if isinstance(value, list) else
            ('true' if value else 'false') if isinstance(value, bool) else
            value if isinstance(value, str) else repr(float(value))
            for value in values
        ])
    return header, list(zip(*columns)) if collected else []


def class_of(model):
    return 'org.apache.spark.ml.PipelineModel' if isinstance(model, PipelineModel) else model._java_obj.getClass().getName()


def archive(folder, target):
    with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as packed:
        for root, _, files in os.walk(folder):
            for name in sorted(files):
                path = os.path.join(root, name)
                packed.write(path, os.path.relpath(path, folder))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('out')
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument('--cases', type=int, default=100)
    parser.add_argument('--only', default='')
    options = parser.parse_args()
    print('seed', options.seed)
    os.makedirs(options.out, exist_ok=True)
    os.environ.setdefault('PYSPARK_PYTHON', sys.executable)
    spark = (SparkSession.builder.master('local[1]').config('spark.ui.enabled', 'false')
             .config('spark.sql.shuffle.partitions', '1').config('spark.ui.showConsoleProgress', 'false')
             .config('spark.driver.memory', '2g').config('spark.sql.codegen.wholeStage', 'false')
             .config('spark.sql.codegen.factoryMode', 'NO_CODEGEN')
             .config('spark.driver.extraJavaOptions', '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC').getOrCreate())
    spark.sparkContext.setLogLevel('OFF')
    kinds = [kind for kind in KINDS if options.only in kind.__name__]
    raised = 0
    for index in range(options.cases):
        draw = random.Random('%d/%d' % (options.seed, index))
        kind = draw.choice(kinds)
        case = kind(draw)
        schema = StructType([StructField(name, TYPES[of], True) for name, of in case.columns.items()])
        data = spark.createDataFrame(case.rows, schema).coalesce(1)
        folder = os.path.join(options.out, '%03d_%s' % (index, kind.__name__))
        saved = folder + '.saved'
        try:
            model = Pipeline(stages=case.stages).fit(data)
            # A stage by itself where there is but one.
            model = model.stages[0] if len(model.stages) == 1 else model
            model.write().overwrite().save(saved)
            result = model.transform(data)
            names = list(case.keeps) or [name for name in result.columns
                                         if isinstance(model, PipelineModel) is False or name not in case.columns]
            names = [name for name in dict.fromkeys(names) if name in result.columns and case.columns.get(name) != 'json']
            header, rows = expected_table(result, names, draw)
        except Exception as error:  # Spark refuses some of what is drawn.
            raised += 1
            print('raised', index, kind.__name__, str(error).split('\n')[0][:160])
            shutil.rmtree(saved, ignore_errors=True)
            continue
        os.makedirs(folder, exist_ok=True)
        archive(saved, os.path.join(folder, 'model.zip'))
        shutil.rmtree(saved)
        write_table(os.path.join(folder, 'input.csv'), *input_table(case))
        write_table(os.path.join(folder, 'expected.csv'), header, rows)
        with open(os.path.join(folder, 'meta.json'), 'w', encoding='utf-8') as file:
            json.dump({'class': class_of(model), 'versions': {'spark': pyspark.__version__}, 'input_kind': 'dataframe', 'input_columns': case.columns,
                       'seed': options.seed, 'params': {}}, file)
    print('%d cases, %d refused by Spark' % (options.cases, raised))
    spark.stop()


if __name__ == '__main__':
    main()
