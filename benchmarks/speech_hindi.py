"""How close Kokoro's Hindi is to its text, without anyone who understands Hindi.

No recogniser of Hindi comes in a wheel. So each line is compared with what espeak-ng, whose Hindi is plain
but correct, says for every line: a line is found if it is nearest to its own text. English, which a
recogniser understands, goes through the same comparison.
``python benchmarks/speech_hindi.py`` prints a table.

The distance is dynamic time warping (Sakoe and Chiba, 1978) over 12 mel-frequency cepstra and their slopes.
"""

from datetime import date

import numpy as np

from swav.speech import finish
from swav.speech.voices import espeak
from swav.speech.voices.kokoro.synthesis import synthesise

LINES = {
    "hi": (
        "समुद्र में नई तकनीक का स्वागत है।",
        "आज सुबह बंदरगाह पर सोलह जहाज़ खड़े हैं।",
        "यह नाव बिना चालक के तीस दिन तक पहरा देती है।",
        "भारत की नौसेना ने अपना विमानवाहक पोत बनाया है।",
        "मछुआरे सूर्योदय से पहले समुद्र में जाते हैं।",
        "हमारे इंजीनियरों ने एक नया कान बनाया है जो मीलों दूर तक सुनता है।",
        "तूफ़ान के बाद सब घर लौट आए।",
        "लहरों के बीच एक छोटी रोशनी दिखाई दी।",
    ),
    "en-us": (
        "New ways to work are welcome at sea.",
        "This morning sixteen ships lie in the harbour.",
        "This boat keeps watch for thirty days without a helmsman.",
        "The navy has built a carrier of its own.",
        "The fishermen go out to sea before sunrise.",
        "Our engineers have built a new ear that can hear for miles.",
        "After the storm all of them came home.",
        "Between the waves a small light could be seen.",
    ),
}
SPEAKERS = {"hf_alpha": "hi", "hm_omega": "hi", "af_heart": "en-us", "am_michael": "en-us"}


def cepstra(samples: np.ndarray, rate: int) -> np.ndarray:
    """Twelve mel-frequency cepstra and their slopes every 16 ms, normalised over the line: (frames, 24)."""
    size, step = int(0.032 * rate), int(0.016 * rate)
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::step] * np.hanning(size)
    power = np.abs(np.fft.rfft(frames)) ** 2
    mel = 2595 * np.log10(1 + np.fft.rfftfreq(size, 1 / rate) / 700)
    centres = np.linspace(*(2595 * np.log10(1 + np.array([80, 7000]) / 700)), 28)
    bands = np.maximum(0, 1 - np.abs(mel[:, None] - centres) / (centres[1] - centres[0]))
    cosines = np.cos(np.pi / 28 * (np.arange(28) + 0.5)[:, None] * np.arange(1, 13))
    found = np.log(power @ bands + 1e-8) @ cosines
    found = (found - found.mean(0)) / (found.std(0) + 1e-6)
    return np.hstack([found, 2 * np.gradient(found, axis=0)])


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """The cheapest alignment of two lines, by its length."""
    steps = np.sqrt(((first[:, None] - second) ** 2).sum(2))
    total = np.full((len(first) + 1, len(second) + 1), np.inf)
    total[0, 0] = 0
    for row in range(len(first)):
        for column in range(len(second)):
            before = total[row : row + 2, column : column + 2]
            total[row + 1, column + 1] = steps[row, column] + min(before[0, 0], before[0, 1], before[1, 0])
    return total[-1, -1] / (len(first) + len(second))


def spoken(samples: np.ndarray, rate: int) -> np.ndarray:
    """The features of a line as a narration file would hold it."""
    return cepstra(finish.resampled(finish.trimmed(samples, rate), rate), finish.SAMPLE_RATE)


def main() -> None:
    print(f"{date.today()}, `python benchmarks/speech_hindi.py`\n")
    print("| voice | language | lines nearest to their own text | distance to own text | to the others |")
    print("|---|---|---|---|---|")
    plain = {
        language: [
            spoken(*espeak.synthesise(line, language=language, speaker="m3", speed=1.0, seed=1))
            for line in lines
        ]
        for language, lines in LINES.items()
    }
    for speaker, language in SPEAKERS.items():
        lines = [spoken(*synthesise(line, speaker=speaker, speed=1.0)) for line in LINES[language]]
        table = np.array([[distance(line, other) for other in plain[language]] for line in lines])
        own = np.diag(table)
        found = int((table.argmin(axis=1) == np.arange(len(lines))).sum())
        others = (table.sum() - own.sum()) / (table.size - len(own))
        print(f"| {speaker} | {language} | {found} of {len(lines)} | {own.mean():.2f} | {others:.2f} |")


if __name__ == "__main__":
    main()
