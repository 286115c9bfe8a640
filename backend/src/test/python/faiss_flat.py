"""What an exact search by FAISS costs: StoreBench runs this beside its own.

Arguments: a folder with vectors.f32 and queries.f32 (little-endian rows), the dimension, and k.
Prints the p50 of the thread's CPU time a search, in milliseconds; exits with 3 where faiss is missing.
"""

import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
try:
    import faiss
    import numpy
except ImportError:
    sys.exit(3)

folder, dimension, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
faiss.omp_set_num_threads(1)


def rows(name):
    return numpy.fromfile(os.path.join(folder, name), dtype="<f4").reshape(-1, dimension)


index = faiss.IndexFlatIP(dimension)
index.add(rows("vectors.f32"))
queries = rows("queries.f32")
times = []
for turn in range(4):
    for query in queries:
        start = time.thread_time()
        index.search(query[None, :], k)
        if turn > 0:
            times.append(time.thread_time() - start)
times.sort()
print(1000 * times[(len(times) - 1) // 2])
