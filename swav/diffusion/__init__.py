"""What any diffusion model needs to render, and nothing that is one model's own.

Without torch: ``part_facts`` reads what a model weighs into ``facts``, ``calibration`` holds what was
measured, ``costs``, ``plan`` and ``search`` choose a ``placement``, ``placement_words`` says it, and
``plans`` keeps to it from shot to shot. With torch: ``denoisers`` puts networks on the cards by ``parallel``,
``attention``, ``compiling`` and ``residency``, ``resume`` remembers each step, ``phases`` measures. A model
brings its networks, the names of its lists of blocks and what of its loop is its own (``swav.engines``). The
``pipeline`` modules run pipelines of Diffusers as they are, by a ``recipe``.
"""
