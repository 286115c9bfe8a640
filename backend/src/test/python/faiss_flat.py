"""An exact search by FAISS: StoreBench runs this beside its own, in turns.

Arguments: a folder with vectors.f32 and queries.f32 (little-endian rows), the dimension, and k.
Prints an empty line when the index is built; then, for each line it reads, searches with all the
queries and prints the thread's CPU times in milliseconds. Exits with 3 where faiss is missing.
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
print(flush=True)
for _ in sys.stdin:
    times = []
    for query in queries:
        start = time.thread_time()
        index.search(query[None, :], k)
        times.append(1000 * (time.thread_time() - start))
    print(*times, flush=True)
