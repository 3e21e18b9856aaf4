"""Quality gates: every take is measured once, and judged as often as its limits change.

``measure`` decodes a clip and returns plain numbers; ``judge`` compares such numbers with ``limits`` and says
what it found in sentences. Between them lies only JSON, so a changed limit judges again without a decoder.
``verdict``, ``limits`` and ``judge`` are light to import; the rest decode pictures.
"""
