"""How long words take to say: counted as a reader counts them, whatever script they are written in."""

import time

import pytest

from bot.speech import syllables

# Sentences of everyday and of the Universal Declaration of Human Rights, with the syllables a speaker counts.
SPOKEN = [
    ("Thai", "สวัสดีครับ วันนี้อากาศดีมาก ผมอยากไปเดินเล่นที่สวนสาธารณะกับเพื่อน", 23),
    ("Thai", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ", 22),
    ("Arabic", "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق", 25),
    ("Arabic", "السلام عليكم كيف حالك اليوم أريد أن أذهب إلى السوق لشراء الخبز والحليب", 34),
    ("Persian", "تمام افراد بشر آزاد به دنیا می آیند", 14),
    ("Urdu", "تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں", 23),
    ("Hebrew", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם", 23),
    ("Hebrew", "שלום מה שלומך היום אני רוצה ללכת לשוק לקנות לחם וחלב", 23),
    ("Hindi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है", 30),
    ("Hindi", "नमस्ते आप कैसे हैं आज मौसम बहुत अच्छा है चलो बाज़ार चलते हैं", 23),
    ("Bengali", "আমি বাংলায় গান গাই আমি বাংলার গান গাই", 13),
    ("Gujarati", "આજે હવામાન બહુ સારું છે", 9),
    ("Tamil", "யாதும் ஊரே யாவரும் கேளிர்", 10),
    ("Telugu", "తెలుగు భాష చాలా తీయనైన భాష", 12),
    ("Burmese", "မင်္ဂလာပါ နေကောင်းလား", 7),
    ("Khmer", "សួស្តី អ្នកសុខសប្បាយជាទេ", 8),
    ("Amharic", "ሰላም እንዴት ነህ", 6),
    ("Georgian", "ყველა ადამიანი იბადება თავისუფალი", 14),
    ("Armenian", "բոլոր մարդիկ ծնվում են ազատ", 9),
    ("Korean", "안녕하세요 오늘 날씨가 좋네요", 13),
    ("Japanese", "こんにちは今日は天気がいいですね", 16),
    ("Chinese", "今天天气很好我们去公园吧", 12),
    ("English", "the quick brown fox jumps over the lazy dog and runs away into the dark green forest", 22),
    ("Russian", "все люди рождаются свободными и равными в своём достоинстве и правах", 25),
    ("numbers", "1 2 3 4 5 6 7 8 9 10", 11),
]


@pytest.mark.parametrize(
    ("language", "text", "count"), SPOKEN, ids=[f"{one}-{n}" for n, (one, *_) in enumerate(SPOKEN)]
)
def test_every_script_is_counted_as_it_is_spoken(language: str, text: str, count: int) -> None:
    """Within a quarter of what a speaker counts, so that no script makes Stop cheap."""
    assert abs(syllables(text) - count) <= count / 4, language


@pytest.mark.parametrize("script", ["क", "ा", "र्क", "ก", "ש", "ع", "a", "가", "́", "1", ".", "ខ្ម"])
def test_counting_takes_time_with_the_length_alone(script: str) -> None:
    """Ten times the text takes about ten times as long, whatever signs it is made of."""

    def took(text: str) -> float:
        started = time.process_time()
        syllables(text)
        return time.process_time() - started

    short, long = min(took(script * 5_000) for _ in range(3)), min(took(script * 50_000) for _ in range(3))

    assert long < 40 * max(short, 0.001)


@pytest.mark.parametrize("text", ["", "… ♪ !", "\u064e\u064f", "🙂"])
def test_signs_alone_are_not_spoken(text: str) -> None:
    """What has no letter and no digit takes no time to say."""
    assert syllables(text) == 0
