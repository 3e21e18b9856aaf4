"""Files of weights, whatever model they belong to: found, checked, named, read, changed, converted.

``headers`` and ``folder`` look at a model without reading it, ``shapes`` at the sizes of its tensors,
``fingerprint`` says what it is and ``verify`` whether it is what was published. ``stored`` reads tensors,
``filling`` brings them into a model on the CPU, on a card or on many, ``loras`` merges LoRAs into it, and
``convert`` writes it in the types that it is computed in. The first five are free of torch.
"""
