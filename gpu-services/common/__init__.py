"""What the three speech services share.

Imported before NumPy: its matrix library would otherwise start a thread a core, and cores are shared with calls.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
