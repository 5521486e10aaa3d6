"""Text to search tokens: stemmed Latin words, jieba words and Han bigrams. Shared by the lexical index and the evidence score."""

import logging
import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock
from typing import Any

_PIECE = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d+(?:[.,:]\d+)*|[\u3400-\u9fff\uf900-\ufaff]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_ANY = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W\u3400-\u9fff\uf900-\ufaff]+(?:[.,:'’-][^\W\u3400-\u9fff\uf900-\ufaff]+)*|\s+|.", re.DOTALL)
_ZH_STOP = frozenset(
    ["的", "了", "吗", "呢", "吧", "啊", "是", "在", "我", "我们", "你", "你们", "他", "她", "它", "有", "没有", "和", "与", "及", "或", "就", "都", "也", "还", "要", "会", "能", "可以", "可", "应该", "应", "怎么", "怎样", "如何", "什么", "哪些", "哪个", "哪里", "哪", "谁", "几", "多少", "多久", "多长", "为什么", "请问", "请", "一下", "这个", "那个", "这", "那", "如果", "的话", "想", "需要", "是否", "能否", "可否", "会不会", "能不能", "可不可以", "是不是", "有没有", "一个", "一", "个", "上", "下", "里", "中", "对", "对于", "关于", "给", "把", "被", "让", "从", "到", "向", "时候", "时", "后", "前", "之后", "之前", "以及", "吗？", "么", "嘛", "去", "做", "办", "用", "说", "问", "知道", "告诉", "规定", "时间", "要求", "多大", "什么样", "怎么办", "什么时候", "必须", "不", "没", "且", "并", "以", "由", "于", "为", "其", "该", "所", "则", "若", "等", "再"]
)
_EN_STOP = frozenset(
    ["a", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "for", "from", "get", "give", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "let", "me", "may", "might", "must", "my", "need", "no", "not", "of", "on", "or", "our", "please", "shall", "should", "so", "tell", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "up", "us", "use", "want", "was", "we", "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "would", "you", "your", "about", "am", "also", "just", "much", "many", "long", "often", "s", "t", "d", "ll", "re", "ve", "don", "doesn", "isn", "can't"]
)
_stemming = Lock()


def tokens(text: str) -> list[str]:
    """Search tokens in order, stop words left out; numbers lose their thousands separators."""
    found: list[str] = []
    for piece in _PIECE.findall(unicodedata.normalize("NFKC", text)):
        if piece[0].isdigit():
            found.append(piece.replace(",", ""))
        elif piece[0].isascii():
            word = piece.lower().replace("’", "'").removesuffix("'s")
            if word not in _EN_STOP:
                found.append(_stem(word))
        else:
            found += _han(piece)
    return found


def _han(piece: str) -> list[str]:
    words = [word for word in _jieba().lcut_for_search(piece) if word not in _ZH_STOP]
    bigrams = [piece[i : i + 2] for i in range(len(piece) - 1)]
    known = set(words)
    return words + [pair for pair in bigrams if pair not in known and pair not in _ZH_STOP and not _at_a_stop(pair)]


def words_and_signs(text: str) -> list[str]:
    """The text cut into words, numbers, white space and single signs; joined again it is the same."""
    found: list[str] = []
    for piece in _ANY.findall(text):
        found += _jieba().lcut(piece, HMM=False) if _HAN.match(piece) else [piece]
    return found


@lru_cache(maxsize=4096)
def classes(text: str) -> tuple[tuple[str, str], ...]:
    """The words of the Chinese stretches of a text, each with its class as jieba names it: n noun, ns place, nr person, v verb, m numeral."""
    if not re.search(r"[\u3400-\u9fff]", text):
        return ()
    _jieba()
    import jieba.posseg

    return tuple((pair.word, pair.flag) for pair in jieba.posseg.lcut(text))


def _at_a_stop(pair: str) -> bool:
    return pair[0] in _ZH_STOP or pair[1] in _ZH_STOP


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    with _stemming:  # a stemmer keeps the word it works on in itself
        return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@cache
def _jieba() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba
