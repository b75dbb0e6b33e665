/**
 * What people say to show that they listen, by language, as an STT writes it: lower case, without punctuation. Not a list of all of them,
 * and nothing that also asks for something ("wait", "no", "what"). Short answers such as "yes" are among them: said into the agent's words
 * they follow what it says, and what is said after it has finished is a turn like any other.
 */
export const backchannels = {
  en: 'uh huh|uhhuh|mm hmm|mmhmm|mhm|hmm|hm|mm|mmm|yeah|yep|yup|yes|ok|okay|kay|right|alright|all right|sure|i see|got it|gotcha|aha|ah|oh|uh|um|cool|great|good',
  de: 'ja|jaja|jo|genau|aha|achso|ach so|ach|hm|hmm|mhm|mhmm|gut|alles klar|klar|okay|verstehe|ich verstehe|stimmt|richtig',
  fr: "oui|ouais|mmh|hum|d'accord|daccord|ok|ah|ah bon|ah oui|bien|très bien|entendu|je vois|voilà|exactement",
  es: 'sí|si|ajá|aja|vale|ya|ya veo|claro|bueno|bien|muy bien|entiendo|mm|ok|de acuerdo|exacto',
  it: "sì|si|già|ah|eh|ok|va bene|bene|certo|capisco|ho capito|d'accordo|esatto|mm",
  pt: 'sim|aham|ahã|uhum|hum|tá|tá bom|ok|certo|claro|entendi|entendo|pois|pois é|bem|beleza|exato',
  nl: 'ja|jaja|jep|hm|hmm|mhm|oké|ok|goed|precies|klopt|ik snap het|snap ik|begrijp ik|juist',
  ja: 'はい|うん|ええ|へえ|なるほど|そうですか|そうですね|そう|そっか|わかりました|オッケー',
  zh: '嗯|嗯嗯|对|是|是的|好|好的|哦|噢|行|明白|明白了|知道了|没错',
  ko: '네|예|응|음|아|그래|그래요|그렇군요|알겠습니다|알겠어요|맞아요',
} as const;
