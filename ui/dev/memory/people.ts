/** Invented people, always the same for one seed. No name belongs to anyone the authors know. */
import type { Purpose, SupporterDetail, TextValue } from '../../src/lib/bindings';

const SURNAMES = [
  ['佐倉', 'さくら'],
  ['髙橋', 'たかはし'],
  ['山﨑', 'やまざき'],
  ['渡邉', 'わたなべ'],
  ['小林', 'こばやし'],
  ['𠮷田', 'よしだ'],
  ['中村', 'なかむら'],
  ['濵田', 'はまだ'],
  ['青木', 'あおき'],
  ['石川', 'いしかわ'],
  ['長谷川', 'はせがわ'],
  ['大河原', 'おおかわら'],
  ['岡本', 'おかもと'],
  ['久保', 'くぼ'],
  ['島村', 'しまむら'],
  ['千葉', 'ちば'],
  ['南', 'みなみ'],
] as const;
const GIVEN = [
  ['花子', 'はなこ'],
  ['太郎', 'たろう'],
  ['恵', 'めぐみ'],
  ['健一', 'けんいち'],
  ['由美', 'ゆみ'],
  ['さくら', 'さくら'],
  ['正', 'ただし'],
  ['美穂', 'みほ'],
  ['直樹', 'なおき'],
  ['あかり', 'あかり'],
  ['千代', 'ちよ'],
  ['宏', 'ひろし'],
  ['陽子', 'ようこ'],
] as const;
const CITIES = [
  ['神奈川県', '鎌倉市', '由比ガ浜'],
  ['神奈川県', '逗子市', '桜山'],
  ['神奈川県', '藤沢市', '鵠沼海岸'],
  ['神奈川県', '横浜市戸塚区', '平戸町'],
  ['東京都', '大田区', '北千束'],
] as const;
const ORGANISATIONS = [
  ['特定非営利活動法人みどりの居場所', 'みどりのいばしょ'],
  ['湘南ことばの会', 'しょうなんことばのかい'],
  ['株式会社うみかぜ工務店', 'うみかぜこうむてん'],
  ['鎌倉やさしい日本語研究会', 'かまくらやさしいにほんごけんきゅうかい'],
] as const;

const DAY_MS = 86_400_000;
const FIRST_REGISTRATION_MS = Date.UTC(2024, 3, 1);

/** Crockford's base 32, as ids are written. */
export function idOf(number: number): string {
  return `01JM${number.toString(32).toUpperCase().replaceAll('I', 'W').replaceAll('L', 'X').replaceAll('O', 'Y').replaceAll('U', 'Z').padStart(22, '0')}`;
}

export function inventedSupporter(number: number): SupporterDetail {
  return number % 9 === 4 ? organisation(number) : person(number);
}

function pick<Item>(items: readonly Item[], number: number): Item {
  return items[number % items.length]!;
}

function person(number: number): SupporterDetail {
  const [surname, surnameKana] = pick(SURNAMES, number * 7);
  const [given, givenKana] = pick(GIVEN, number * 5 + Math.floor(number / 17));
  const [prefecture, city, street] = pick(CITIES, number);
  const text: TextValue[] = [
    { field: 'name', value: `${surname} ${given}` },
    { field: 'kana', value: `${surnameKana} ${givenKana}` },
    { field: 'email', value: `supporter${number}@example.org` },
    { field: 'tel', value: `0467-00-${String(number % 10_000).padStart(4, '0')}` },
    { field: 'postcode', value: '248-0014' },
    { field: 'prefecture', value: prefecture },
    { field: 'city', value: city },
    { field: 'street', value: `${street}${(number % 4) + 1}-${(number % 20) + 1}` },
  ];
  if (number % 5 === 0)
    text.push({
      field: 'message',
      value: '写真展の受付をお手伝いできます。\n土曜日の午後なら空いています。',
    });
  return record(number, 'individual', text);
}

function organisation(number: number): SupporterDetail {
  const [name, kana] = pick(ORGANISATIONS, Math.floor(number / 9));
  const [surname, surnameKana] = pick(SURNAMES, number);
  const [given, givenKana] = pick(GIVEN, number);
  const [prefecture, city, street] = pick(CITIES, number);
  const text: TextValue[] = [
    { field: 'org_name', value: number < 36 ? name : `${name} 第${number}支部` },
    { field: 'org_kana', value: kana },
    { field: 'representative_name', value: `${surname} ${given}` },
    { field: 'representative_title', value: '代表' },
    { field: 'contact_name', value: `${surname} ${given}` },
    { field: 'contact_kana', value: `${surnameKana} ${givenKana}` },
    { field: 'email', value: `office${number}@example.org` },
    { field: 'url', value: 'https://example.org/' },
    { field: 'prefecture', value: prefecture },
    { field: 'city', value: city },
    { field: 'street', value: `${street}${(number % 4) + 1}` },
  ];
  return { ...record(number, 'organization', text), orgType: number % 2 === 0 ? 'npo' : 'voluntary' };
}

function record(number: number, ofKind: SupporterDetail['ofKind'], text: TextValue[]): SupporterDetail {
  const at = FIRST_REGISTRATION_MS + (number % 700) * DAY_MS;
  const mayMail = number % 4 !== 3;
  return {
    id: idOf(number),
    ofKind,
    status: number % 37 === 12 ? 'withdrawn' : 'active',
    source: number % 6 === 0 ? 'paper' : 'google_csv',
    submittedAt: at,
    receivedAt: at + DAY_MS,
    enteredBy: '石川 恵',
    language: number % 11 === 5 ? 'easy-ja' : 'ja',
    text,
    emailState: 'unconfirmed',
    contactPreference: 'email',
    interests: number % 2 === 0 ? ['film', 'photo'] : ['volunteer'],
    publicName: 'no',
    orgType: null,
    tags: number % 8 === 0 ? ['受付ボランティア'] : [],
    declaredMinor: false,
    isSuppressed: !mayMail && number % 8 === 7,
    consentStates: consentStates(mayMail),
    consents: [
      entry(number, 'P1', at),
      { ...entry(number + 500_000, 'P2', at), decision: mayMail ? 'given' : 'refused' },
    ],
    lookAlikes: [],
  };
}

export const WORDING_JA =
  'ご登録いただいた情報は、支援者の名簿の管理と、イベント等のご案内にのみ使用し、それ以外の目的には使用いたしません。登録は無料で、義務は生じません。ご案内の停止、登録内容の開示・訂正・消去は、いつでもお申し出いただけます。';

function entry(number: number, purpose: Purpose, at: number): SupporterDetail['consents'][number] {
  return {
    id: idOf(1_000_000 + number),
    purpose,
    decision: 'given',
    channel: 'import',
    givenAt: at,
    recordedAt: at + DAY_MS,
    recordedBy: '石川 恵',
    wording: WORDING_JA,
    guardian: null,
    reason: null,
    expires: null,
  };
}

function consentStates(mayMail: boolean): SupporterDetail['consentStates'] {
  return (['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'] as const).map((purpose) => {
    if (purpose === 'P1') return { purpose, allowed: true, reason: 'given' };
    if (purpose === 'P2') return { purpose, allowed: mayMail, reason: mayMail ? 'given' : 'refused' };
    return { purpose, allowed: false, reason: 'absent' };
  });
}
