"""How other languages ask for lettering: the phrases that stand around a quotation."""

from swav.prompts.phrases import FOR_AN_OVERLAY, QUOTE, SET_AFTERWARDS, Rule, rule

_BETWEEN = r"[^.;!?\n\U000f0000-\U000ffffd]{0,40}?"


def _wish(language: str, pattern: str, *needs: str, why: str = FOR_AN_OVERLAY) -> Rule:
    return rule(language, pattern.replace("QUOTE", QUOTE).replace("BETWEEN", _BETWEEN), *needs, why=why)


WORLD: tuple[Rule, ...] = (
    # German
    _wish(
        "German",
        r"\s*, (?:auf|an) (?:dem|der|denen) QUOTE (?:steht|stehen|zu lesen (?:ist|sind))\s*,?",
        "steh",
        "lesen",
    ),
    _wish(
        "German",
        r"\s*, (?:auf|an) (?:dem|der|denen) (?:geschrieben )?(?:steht|stehen)\s*:?\s*QUOTE\s*,?",
        "steh",
    ),
    _wish(
        "German",
        r"(?:\s*,? ?(?<!\w)(?:mit|trägt|und|zeigt))?(?: (?:der|dem|den|die|das|einer|einem|eine|"
        r"großen?|goldenen?))*"
        r"\s*(?<!\w)(?:aufschrift|beschriftung|inschrift|schriftzug|text|titel|untertiteln?|"
        r"worten?|wörtern?|slogan|datum)\s*:?\s*QUOTE",
        "schrift",
        "text",
        "titel",
        "wort",
        "wört",
        "slogan",
        "datum",
    ),
    _wish(
        "German",
        r"(?:schild|schilder|banner|plakate?|transparent|tafel|leuchtreklame|logo)(?!\w)"
        r"(?P<cut>\s*(?:mit|:)?\s*QUOTE)",
        "schild",
        "banner",
        "plakat",
        "transparent",
        "tafel",
        "reklame",
        "logo",
    ),
    _wish("German", r"\s*,?\s*(?<!\w)mit (?:\w+ )?untertiteln(?!\w)", "untertitel", why=SET_AFTERWARDS),
    # French
    _wish(
        "French",
        r"\s*,?\s*(?<!\w)(?:sur (?:lequel|laquelle|lesquels|lesquelles)|où) (?:il est écrit|est "
        r"écrit|sont écrits|on (?:peut )?lire|on lit|l['’]on (?:peut )?lire|l['’]on lit)"
        r"\s*:?\s*QUOTE",
        "écrit",
        " li",
    ),
    _wish(
        "French",
        r"\s*,?(?: ?(?<!\w)(?:portant|avec|affichant|arborant|sous))?\s*(?<!\w)(?:l['’]|les |le |"
        r"la |des |un |une )?"
        r"(?:inscription|mots?|texte|titre|sous-titres?|mention|slogan|légende|lettres|date)\s*:?\s*QUOTE",
        "inscription",
        "mot",
        "texte",
        "titre",
        "mention",
        "slogan",
        "légende",
        "lettres",
        "date",
    ),
    _wish(
        "French",
        r"(?<!\w)(?:panneau|banderole|affiche|enseigne|pancarte|logo|écran|drapeau|bannière)x?(?!\w)BETWEEN"
        r"(?P<cut>\s*(?:,? (?:qui (?:dit|indique|affiche|proclame)|indiquant|disant|proclamant|"
        r"intitulée?|marquée?|affichant|portant|avec)\s*:?)?\s*QUOTE)",
        "panneau",
        "banderole",
        "affiche",
        "enseigne",
        "pancarte",
        "logo",
        "écran",
        "drapeau",
        "bannière",
    ),
    _wish(
        "French",
        r"\s*,?\s*(?<!\w)avec (?:des |les )?sous-titres(?: en \w+)?(?!\w)",
        "sous-titres",
        why=SET_AFTERWARDS,
    ),
    # Spanish, Portuguese, Italian
    _wish(
        "Spanish and Portuguese",
        r"\s*,?\s*(?<!\w)(?:con|com) (?:el |la |las |los |o |a |as |os )?(?:texto|palabras?|"
        r"palavras?|inscripción|inscrição|lema|"
        r"título|leyenda|fecha|data|dizeres)\s*:?\s*QUOTE",
        "con ",
        "com ",
    ),
    _wish(
        "Spanish and Portuguese",
        r"(?<!\w)(?:cartel|letrero|pancarta|valla|rótulo|placa|faixa|cartaz|letreiro|banner|"
        r"outdoor|logo)(?!\w)BETWEEN"
        r"(?P<cut>\s*(?:,? (?:que (?:dice|reza|pone|diz)|(?:donde|onde) se (?:lee|lê)|diciendo|"
        r"dizendo|titulad[oa]|escrito|con|com)\s*:?)?\s*QUOTE)",
        "cartel",
        "letrero",
        "pancarta",
        "valla",
        "rótulo",
        "placa",
        "faixa",
        "cartaz",
        "letreiro",
        "banner",
        "outdoor",
        "logo",
    ),
    _wish(
        "Italian",
        r"\s*,?\s*(?<!\w)(?:con|recante) (?:la |il |le |l['’])?(?:scritta|testo|parole|iscrizione|"
        r"titolo|data)\s*:?\s*QUOTE",
        "scritta",
        "testo",
        "parole",
        "iscrizione",
        "titolo",
        "data",
    ),
    _wish(
        "Italian",
        r"(?<!\w)(?:cartello|insegna|striscione|manifesto|targa)(?!\w)BETWEEN(?P<cut>\s*(?:,? "
        r"(?:che (?:dice|recita)|su cui è scritto|con)\s*:?)?\s*QUOTE)",
        "cartello",
        "insegna",
        "striscione",
        "manifesto",
        "targa",
    ),
    _wish(
        "Romance",
        r"\s*,?\s*(?<!\w)(?:con|com) (?:subtítulos|sottotitoli|legendas)(?!\w)",
        "subtítulos",
        "sottotitoli",
        "legendas",
        why=SET_AFTERWARDS,
    ),
    # Dutch, Russian
    _wish(
        "Dutch",
        r"\s*,?\s*(?<!\w)met (?:de |het )?(?:tekst|woorden|opschrift|titel)\s*:?\s*QUOTE",
        "tekst",
        "woorden",
        "opschrift",
        "titel",
    ),
    _wish(
        "Russian",
        r"\s*,?\s*(?<!\w)с (?:надписью|надписями|текстом|словами|заголовком)\s*:?\s*QUOTE",
        "надпис",
        "текст",
        "слов",
        "заголов",
    ),
    _wish("Russian", r"\s*,?\s*на котор\w+ (?:написано|было написано)\s*:?\s*QUOTE\s*,?", "написано"),
    # Chinese, Japanese, Korean
    _wish(
        "Chinese",
        r"(?:上面|上)?(?:写着|写有|印着|印有|刻着|刻有|标着|标有|显示着|显示|带有|书写着|题着|题为|寫著|印著|標有)\s*[:：]?\s*QUOTE"
        r"(?:的?(?:字样|文字|大字|几个大字|标语|标题|字幕|字樣))?的?",
        "写",
        "印",
        "刻",
        "标",
        "显示",
        "带有",
        "题",
        "寫",
        "標",
    ),
    _wish(
        "Chinese",
        r"[,，、]?\s*(?:字幕|标题|文字|標題)\s*(?:为|是|写着)?[:：]?\s*QUOTE",
        "字幕",
        "标题",
        "文字",
        "標題",
    ),
    _wish(
        "Chinese",
        r"(?P<cut>QUOTE的?)(?=(?:横幅|招牌|标志|海报|牌子|标语))",
        "横幅",
        "招牌",
        "标志",
        "海报",
        "牌子",
        "标语",
    ),
    _wish("Chinese", r"[,，、]?\s*(?:带有?|配有?|加上)(?:中文|英文)?字幕", "字幕", why=SET_AFTERWARDS),
    _wish(
        "Japanese",
        r"(?:に(?:は)?)?\s*QUOTEと(?:書かれている|書かれた|書いてある|書いた|記された|表示された|印刷された)",
        "と書",
        "と記",
        "と表示",
        "と印刷",
    ),
    _wish("Japanese", r"QUOTEの(?=看板|横断幕|ポスター|ロゴ)", "看板", "横断幕", "ポスター", "ロゴ"),
    _wish(
        "Korean",
        r"QUOTE\s*(?:이)?라(?:고|는)\s*(?:적힌|쓰인|쓰여진|씌어진|적혀 있는|쓰여 있는)\s*",
        "적힌",
        "쓰인",
        "쓰여",
        "씌어",
        "적혀",
    ),
    # Hindi, Tamil, Arabic
    _wish(
        "Hindi",
        r"\s*,?\s*(?:जिस(?:के)? (?:पर|ऊपर) )?QUOTE\s*(?:शब्द )?(?:लिखा|लिखी|लिखे)(?: (?:हुआ|हुई|"
        r"हुए|है|हैं|हो))*(?!\w)",
        "लिख",
    ),
    _wish("Tamil", r"QUOTE\s*(?:என்று|என) (?:எழுதப்பட்ட|எழுதிய|எழுதியுள்ள)(?!\w)", "எழுத"),
    _wish(
        "Arabic",
        r"\s*،?\s*(?<!\w)(?:كُتب|كتب|مكتوب|مكتوبة) (?:عليها|عليه|فيها)\s*:?(?: (?:كلمة|عبارة))?\s*QUOTE",
        "كتب",
        "كُتب",
        "مكتوب",
    ),
    _wish(
        "Arabic",
        r"\s*،?\s*(?<!\w)(?:تحمل|يحمل|مع|عليها|عليه) (?:عبارة|كلمة|كلمات|نص|شعار)\s*:?\s*QUOTE",
        "عبارة",
        "كلم",
        "نص",
        "شعار",
    ),
)
