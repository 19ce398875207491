"""
Sentences that models make up where nobody speaks.

Hides the list (Whisper learnt from subtitles, so silence ends a film for it) and how texts are compared. Promises:
pure, and linear in the text's length; says only that a text is doubtful, never that it was not spoken: people do say
thank you. Whether they did is a question for the sound.
"""

import re
from collections.abc import Collection
from functools import cache, lru_cache

from bot.signs import normalized

# As heard by users of whisper-1 and the gpt-4o family; docs/privacy.md says what is done with it.
PHRASES = """
thank you for watching | thanks for watching | thank you so much for watching | thank you for watching this video
thanks for watching and i'll see you in the next video | thank you for listening | thanks for listening | thank you
thank you very much | thank you so much | thanks | thank you bye | please subscribe | like and subscribe
please like and subscribe | please subscribe to my channel | don't forget to like and subscribe
don't forget to subscribe | see you next time | see you in the next video | i'll see you in the next video
see you next week | i'll see you next time | bye | bye bye | goodbye | you | the end | okay | so | oh | hmm | music
applause | silence | laughter | foreign | blank_audio | no speech | inaudible | upbeat music | background noise
subtitles by the amara.org community | captions by | transcription by castingwords | transcribed by otter.ai
시청해 주셔서 감사합니다 | 끝까지 시청해 주셔서 감사합니다 | 지금까지 시청해 주셔서 감사합니다
오늘도 시청해 주셔서 감사합니다 | 영상을 시청해 주셔서 감사합니다 | 봐주셔서 감사합니다 | 들어주셔서 감사합니다
감사합니다 | 고맙습니다 | 구독과 좋아요 부탁드립니다 | 구독 좋아요 부탁드립니다 | 구독과 좋아요 알림 설정 부탁드립니다
좋아요와 구독 부탁드립니다 | 구독 부탁드립니다 | 구독과 좋아요는 큰 힘이 됩니다 | 다음 영상에서 만나요
다음 영상에서 뵙겠습니다 | 다음 시간에 만나요 | 다음 시간에 뵙겠습니다 | 안녕히 계세요 | 안녕히 가세요 | 안녕 | 네
음악 | 박수 | 한글자막 by 한효정 | 한글 자막 제공 | 자막 제공 | 영상편집 및 자막
이 영상은 유료광고를 포함하고 있습니다
ご視聴ありがとうございました | ご視聴ありがとうございます | 最後までご視聴ありがとうございました
ご清聴ありがとうございました | ありがとうございました | ありがとうございます | チャンネル登録お願いします
チャンネル登録をお願いいたします
チャンネル登録よろしくお願いします | また次の動画でお会いしましょう | おやすみなさい | 音楽
谢谢观看 | 感谢观看 | 谢谢大家 | 谢谢 | 謝謝觀看 | 謝謝大家 | 謝謝 | 请订阅 | 請訂閱
请不吝点赞 订阅 转发 打赏支持明镜与点点栏目 | 字幕由amara.org社区提供 | 字幕志愿者 | 中文字幕志愿者 | 下期再见
untertitel der amara.org-community | untertitel im auftrag des zdf für funk 2017 | untertitelung des zdf 2020
untertitel von stephanie geiges | vielen dank fürs zuschauen | vielen dank für's zuschauen | vielen dank | danke
danke fürs zuschauen | bis zum nächsten mal | tschüss
sous-titres réalisés par la communauté d'amara.org | sous-titres réalisés para la communauté d'amara.org
sous-titrage société radio-canada | sous-titrage st' 501 | merci d'avoir regardé cette vidéo
merci d'avoir regardé la vidéo | merci d'avoir regardé | merci beaucoup | merci | abonnez-vous | à bientôt
subtítulos realizados por la comunidad de amara.org | subtítulos por la comunidad de amara.org
gracias por ver el video | gracias por ver el vídeo | gracias por ver | muchas gracias | gracias
suscríbete al canal | suscríbete | hasta la próxima
legendas pela comunidade amara.org | obrigado por assistir | obrigada por assistir | obrigado | obrigada
inscreva-se no canal | até a próxima
sottotitoli creati dalla comunità amara.org | sottotitoli e revisione a cura di qtss
grazie per aver guardato il video | grazie per la visione | grazie a tutti | grazie
ondertitels ingediend door de amara.org gemeenschap | ondertiteld door de amara.org gemeenschap
ondertiteling door de amara.org gemeenschap | bedankt voor het kijken | dank u wel | tv gelderland 2021
субтитры сделал dimatorzok | субтитры создавал dimatorzok | субтитры подогнал симон | продолжение следует
спасибо за просмотр | спасибо за внимание | спасибо | до свидания | редактор субтитров а.семкин корректор а.егорова
дякую за перегляд | дякую за увагу | дякую
napisy stworzone przez społeczność amara.org | dziękuję za oglądanie | dziękuję za uwagę | dziękuję
izlediğiniz için teşekkürler | izlediğiniz için teşekkür ederim | altyazı m.k. | abone olmayı unutmayın
tack för att ni tittade | tack för att du tittade | tack | undertexter från amara.org-gemenskapen | svensktextning.nu
takk for at du så på | takk | tak for at du så med | tak | kiitos kun katsoitte | kiitos
ترجمة نانسي قنقر | اشتركوا في القناة | شكرا للمشاهدة | شكرا على المشاهدة | شكرا لكم | شكرا
cảm ơn các bạn đã theo dõi | cảm ơn các bạn đã xem | hẹn gặp lại các bạn trong những video tiếp theo
hãy subscribe cho kênh ghiền mì gõ để không bỏ lỡ những video hấp dẫn | hãy đăng ký kênh để ủng hộ kênh của mình nhé
terima kasih telah menonton | terima kasih sudah menonton | terima kasih
titulky vytvořil johnyx | děkuji za pozornost | köszönöm hogy megnézted | köszönöm | vă mulțumim pentru vizionare
ευχαριστώ που με παρακολουθήσατε | ευχαριστώ | תודה שצפיתם | תודה רבה | ขอบคุณที่รับชม | ขอบคุณครับ | धन्यवाद
"""
# Newsreaders sign off with their names, subtitlers with their club's.
_PATTERNS = (
    re.compile(r"^(mbc|kbs|sbs|ytn|jtbc)(뉴스|뉴스데스크)?[가-힣]{2,4}(입니다|기자입니다|였습니다)$"),
    re.compile(r"amara\.?org"),
    re.compile(r"^(www\S*|https?\S*)$"),
)
# So much of a sign-off, or of an address, may be a beginning.
_BEGINNING = re.compile(r"^(mbc|kbs|sbs|ytn|jtbc|www|http).{0,30}$")
# A run of enders is looked at once, from its beginning and as a whole: models repeat dots by the thousand.
_SENTENCE = re.compile(r"(?<![.!?。！？…\n])[.!?。！？…\n]++(?=\s|$|[^\x00-\x7f])|[♪♫]++")
# A sound's description, as subtitles have it: [music], (phone ringing), *laughs*, ♪ ... ♪, 【拍手】.
_IN_BRACKETS = re.compile(
    r"\[[^\[\]]*+\]|\([^()]*+\)|（[^（）]*+）|【[^【】]*+】|〈[^〈〉]*+〉|\{[^{}]*+\}|<[^<>]*+>|\*[^*]++\*|[♪♫][^♪♫]*+[♪♫]"
)
_DESCRIBED = 2_000  # characters; nobody describes a sound for longer
_LOOKED_AT_END = 160  # characters
_LONGEST_FAREWELL = 120  # letters
_ENDERS = " .!?。！？…\n♪♫"
# What on the list is said to an audience: only that is taken from the ends of real words, as friends say bye, too.
_TO_AN_AUDIENCE = re.compile(
    "watch|forlistening|subscri|video|vídeo|amara|caption|transcri|시청|구독|영상|자막|봐주셔|들어주셔|mbc|kbs|sbs|ytn|jtbc|視聴|清聴|チャンネル|動画|观看|觀看"
    "|订阅|訂閱|字幕|打赏|untertitel|zuschau|soustitr|regardé|abonnez|subtítul|porver|suscríb|legendas|assistir|inscreva"
    "|sottotitoli|guardato|visione|ondertitel|kijken|субтитр|просмотр|перегляд|napisy|oglądanie|izlediğiniz|altyaz|abone"
    "|tittade|undertexter|svensktext|såpå|katsoitte|قنقر|القناة|المشاهدة|theodõi|đãxem|kênh|menonton|titulky|megnézted|vizionare"
    "|παρακολουθ|שצפיתם|รับชม"
)
# Characters. No phrase is as long; who has said nothing else for so long is shown when the whole answer is judged.
LOOKED_AT = 400


def is_doubtful(text: str, vocabulary: Collection[str] = ()) -> bool:
    """
    Whether nothing is in the text but sentences that models make up, or words the request itself had named.

    `vocabulary` are the hints that were sent along: over silence they come back as if they had been heard.
    """
    hints = _hints(tuple(vocabulary))
    # Some have full stops amid them.
    return (len(text) <= LOOKED_AT and _bare(text) in _phrases()) or all(
        _is_made_up(sentence, hints) for sentence in map(_bare, _SENTENCE.split(text)) if sentence
    )


def is_wordless(text: str) -> bool:
    """Whether all of it stands in brackets, stars or notes: a model's word for a sound, not what anybody said."""
    return not _bare(_IN_BRACKETS.sub(" ", text[:_DESCRIBED])) and len(text) <= _DESCRIBED


def without_sounds(text: str) -> str:
    """The text without what stands in brackets, where that is not all of it and it is short."""
    return text if len(text) > _DESCRIBED else _IN_BRACKETS.sub(" ", text).strip() or text


def is_to_an_audience(text: str) -> bool:
    """Whether its beginning or its end may be what films say to those who watch: worth a look at the sound."""
    return any(
        _TO_AN_AUDIENCE.search(_bare(end)) is not None for end in (text[:_LOOKED_AT_END], text[-_LOOKED_AT_END:])
    )


def listed_end(text: str) -> int:
    """Where the sentences begin that models put behind what was said; the text's length if it ends with none."""
    starts = [0, *(found.end() for found in _SENTENCE.finditer(text))]
    end = len(text)
    while starts and (not text[starts[-1] : end].strip(_ENDERS) or _is_farewell(text[starts[-1] : end])):
        end = starts.pop()
    return end if _bare(text[end:]) else len(text)


def listed_beginning(text: str) -> int:
    """Where what was said begins behind sentences that models put before it; 0 if it begins with none."""
    at = 0
    for found in _SENTENCE.finditer(text):
        if not _is_farewell(text[at : found.start()]):
            break
        at = found.end()
    return at


def may_become_doubtful(beginning: str, vocabulary: Collection[str] = ()) -> bool:
    """
    Whether a text that begins so may turn out doubtful: nothing in it but such sentences, and the start of another.

    What stands between two full stops is whole; the last sentence may go on. Looks at the first 400 characters: what is
    of no doubt by then stays so, and takes no longer however much follows.
    """
    beginning = beginning[:LOOKED_AT]
    said = _bare(beginning)
    if any(phrase.startswith(said) for phrase in _phrases()):
        return True
    *whole, last = _SENTENCE.split(beginning.rstrip(" .!?。！？…"))
    if not is_doubtful(" . ".join(whole), vocabulary):
        return False
    bare, hints = _bare(last), _hints(tuple(vocabulary))
    longest = max(map(len, hints), default=0)
    rests = (bare[at:] for at in _reached(bare, hints) if len(bare) - at <= longest)
    return (
        is_doubtful(last, vocabulary)
        or _BEGINNING.search(bare) is not None
        or any(phrase.startswith(bare) for phrase in _phrases())
        or any(hint.startswith(rest) for rest in rests for hint in hints)
    )


def _is_farewell(sentence: str) -> bool:
    """Whether it is on the list, and said to an audience."""
    bare = _bare(sentence)
    is_listed = any(pattern.search(bare) for pattern in _PATTERNS) or (
        len(bare) <= _LONGEST_FAREWELL and _is_recited(bare, _phrases())
    )
    return is_listed and _TO_AN_AUDIENCE.search(bare) is not None


@cache
def _phrases() -> frozenset[str]:
    return frozenset(_bare(phrase) for line in PHRASES.splitlines() for phrase in line.split("|"))


@lru_cache(maxsize=256)
def _hints(vocabulary: tuple[str, ...]) -> tuple[str, ...]:
    """The terms as they are compared; one that is others in a row (aa, beside a) finds nothing they do not find."""
    found: list[str] = []
    for hint in sorted({_bare(term) for term in vocabulary} - {""}, key=len):
        if not _is_recited(hint, found):
            found.append(hint)
    return tuple(found)


def _bare(text: str) -> str:
    """Letters and digits alone: spacing, case and signs are the model's whim."""
    return "".join(sign for sign in normalized("NFKC", text).casefold() if sign.isalnum() or sign == "_")


def _is_made_up(sentence: str, hints: Collection[str]) -> bool:
    return (
        sentence in _phrases() or any(pattern.search(sentence) for pattern in _PATTERNS) or _is_recited(sentence, hints)
    )


def _is_recited(sentence: str, hints: Collection[str]) -> bool:
    """Whether the sentence is nothing but hints, one after the other."""
    return _reached(sentence, hints)[-1] == len(sentence)


def _reached(sentence: str, hints: Collection[str]) -> list[int]:
    """The places up to which a sentence is nothing but hints, one after the other; its beginning is the first."""
    marked = bytearray(len(sentence) + 1)
    marked[0] = 1
    at = 0
    while at >= 0:
        for hint in hints:
            if sentence.startswith(hint, at):
                marked[at + len(hint)] = 1
        at = marked.find(1, at + 1)
    return [place for place, is_reached in enumerate(marked) if is_reached]
