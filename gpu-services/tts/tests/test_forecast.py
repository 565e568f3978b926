from __future__ import annotations

from tts.forecast import Forecast


def test_the_first_piece_of_a_reply_never_waits_for_kokoro() -> None:
    assert not Forecast().fits(1, 1.0, 0, 0)


def test_a_piece_fits_when_there_is_time_and_nothing_is_ahead() -> None:
    forecast = Forecast()
    assert forecast.fits(40, 1.0, 0, 1500)
    assert not forecast.fits(40, 1.0, 1000, 1500)


def test_it_learns_slowness_at_once_and_speed_with_time() -> None:
    forecast = Forecast()
    before = forecast.ms_per_phoneme
    forecast.learn(40, 1.0, 2400)
    slow = forecast.ms_per_phoneme
    assert slow > before * 1.5
    forecast.learn(40, 1.0, 500)
    assert before < forecast.ms_per_phoneme < slow


def test_an_old_bad_figure_fades_when_kokoro_is_never_tried() -> None:
    forecast = Forecast()
    forecast.learn(40, 1.0, 8000)
    assert not forecast.fits(40, 1.0, 0, 2000)
    for _ in range(100):
        forecast.doubt()
    assert forecast.fits(40, 1.0, 0, 2000)


def test_slower_speech_takes_longer() -> None:
    assert Forecast().kokoro_ms(40, 0.5) > Forecast().kokoro_ms(40, 1.0)
