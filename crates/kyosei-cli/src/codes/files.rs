//! Codes about files that people give to the program or ask of it.

use super::Words;

pub const WORDS: &[Words] = &[
    (
        "E-FILE-EMPTY",
        [
            "ファイルは空です。何も保存していません。元のファイルをもう一度ダウンロードしてください。",
            "ファイルは からです。なにも 入（い）れて いません。もう一度（いちど） ダウンロードして ください。",
            "The file is empty. Nothing was saved. Download the original once more.",
        ],
    ),
    (
        "E-FILE-ENCODING",
        [
            "このファイルは UTF-8 ではありません。何も変わっていません。UTF-8 で保存し直してください。",
            "この ファイルは UTF-8 では ありません。なにも かわって いません。UTF-8 に して ください。",
            "This file is not UTF-8 text. Nothing was changed. Save it as UTF-8.",
        ],
    ),
    (
        "E-FILE-EXISTS",
        [
            "同じ名前のファイルがあります。上書きはしません。別の名前にしてください。",
            "おなじ 名前（なまえ）の ファイルが あります。それは そのままです。ほかの 名前（なまえ）に して ください。",
            "A file of this name exists and is not overwritten. Choose another name.",
        ],
    ),
    (
        "E-FILE-KIND",
        [
            "表のファイルではありません。何も保存していません。CSV か Excel ブック（.xlsx）にしてください。",
            "表（ひょう）では ありません。なにも 入（い）れて いません。CSV か Excel の ファイルに して ください。",
            "This is not a table. Nothing was saved. Give a CSV file or an Excel workbook (.xlsx).",
        ],
    ),
    (
        "E-FILE-LARGE",
        [
            "ファイルが大きすぎます。何も保存していません。分けてください。",
            "ファイルが 大（おお）きすぎます。なにも 入（い）れて いません。わけて ください。",
            "The file is too large. Nothing was saved. Please split it.",
        ],
    ),
    (
        "E-FILE-READ",
        [
            "ファイルを読めません。何も変わっていません。名前と権限を確かめてください。",
            "ファイルを 読（よ）めません。なにも かわって いません。名前（なまえ）を 見（み）て ください。",
            "The file cannot be read. Nothing was changed. Check its name and permissions.",
        ],
    ),
    (
        "E-FILE-SIZE",
        [
            "ファイルが大きすぎます。何も保存していません。分けてください。",
            "ファイルが 大（おお）きすぎます。なにも 入（い）れて いません。わけて ください。",
            "The file is too large. Nothing was saved. Please split it.",
        ],
    ),
    (
        "E-FILE-WRITE",
        [
            "ファイルを書けません。保管庫の記録は安全です。場所と空き容量を確かめてください。",
            "ファイルを 書（か）けません。いままでの 記録（きろく）は だいじょうぶです。フォルダを 見（み）て ください。",
            "The file cannot be written. The records in the vault are safe. Check the place and the free room.",
        ],
    ),
    (
        "E-FORM",
        [
            "用紙（TOML）を読めません。何も変わっていません。示した行を直してください。",
            "紙（かみ）（TOML）を 読（よ）めません。なにも かわって いません。その 行（ぎょう）を なおして ください。",
            "The form (TOML) cannot be read. Nothing was changed. Correct the line that is named.",
        ],
    ),
    (
        "E-MAP",
        [
            "列の対応表（TOML）を読めません。何も保存していません。--dry-run が示す表を直して使ってください。",
            "列（れつ）の 表（ひょう）を 読（よ）めません。なにも 入（い）れて いません。--dry-run の 表（ひょう）を なおして ください。",
            "The column mapping (TOML) cannot be read. Nothing was saved. Start from the one that --dry-run prints.",
        ],
    ),
    (
        "E-MAP-NEEDED",
        [
            "列の対応が決まりません。何も保存していません。下の対応表を直してファイルに保存し、--map で渡してください。",
            "どの 列（れつ）が なにか わかりません。なにも 入（い）れて いません。下（した）の 表（ひょう）を なおして、--map で つかって ください。",
            "The columns must be mapped. Nothing was saved. Correct the mapping below, save it to a file and give it with --map.",
        ],
    ),
    (
        "E-MOJIBAKE",
        [
            "このファイルは、以前に違う文字コードで保存されて壊れています。何も保存していません。元のファイルを入手してください。",
            "この ファイルの 字（じ）は こわれて います。なにも 入（い）れて いません。はじめの ファイルを もらって ください。",
            "The letters of this file were damaged by a wrong encoding before. Nothing was saved. Get the original file.",
        ],
    ),
    (
        "E-TABLE-COLUMNS",
        [
            "列が多すぎます。何も保存していません。登録の表だけのファイルにしてください。",
            "列（れつ）が おおすぎます。なにも 入（い）れて いません。いらない 列（れつ）を けして ください。",
            "The table has too many columns. Nothing was saved. Keep only those of the registrations.",
        ],
    ),
    (
        "E-TABLE-EMPTY",
        [
            "表に何もありません。何も保存していません。元のファイルを確かめてください。",
            "表（ひょう）に なにも ありません。なにも 入（い）れて いません。ファイルを 見（み）て ください。",
            "The table is empty. Nothing was saved. Check the original file.",
        ],
    ),
    (
        "E-TABLE-HEADER-ONLY",
        [
            "見出しだけで、行がありません。何も保存していません。回答のあるファイルを選んでください。",
            "見出（みだ）しだけです。なにも 入（い）れて いません。ほかの ファイルに して ください。",
            "The table has headings but no rows. Nothing was saved. Choose a file with answers.",
        ],
    ),
    (
        "E-TABLE-HEADING",
        [
            "見出しに使えない文字や値があります。何も保存していません。見出しの行を直してください。",
            "見出（みだ）しが おかしいです。なにも 入（い）れて いません。見出（みだ）しを なおして ください。",
            "The headings hold something that cannot be used. Nothing was saved. Correct the line of headings.",
        ],
    ),
    (
        "E-TABLE-NO-HEADER",
        [
            "1行目が見出しではなく、もう回答のようです。何も保存していません。見出しの行を加えてください。",
            "見出（みだ）しが ありません。なにも 入（い）れて いません。1行目（いちぎょうめ）に 見出（みだ）しを 書（か）いて ください。",
            "The first line seems to be an answer, not headings. Nothing was saved. Add a line of headings.",
        ],
    ),
    (
        "E-TABLE-NO-SHEET",
        [
            "ブックに、内容のあるシートがありません。何も保存していません。元のファイルを確かめてください。",
            "Excel の 中（なか）に なにも ありません。なにも 入（い）れて いません。ファイルを 見（み）て ください。",
            "The workbook has no sheet with cells. Nothing was saved. Check the original file.",
        ],
    ),
    (
        "E-TABLE-QUOTE",
        [
            "引用符（\"）が閉じていないので、どこまでが一つの回答か分かりません。何も保存していません。示した行を直してください。",
            "「\"」が たりません。なにも 入（い）れて いません。その 行（ぎょう）を なおして ください。",
            "A quote (\") is not closed, so the rows cannot be told apart. Nothing was saved. Correct the line that is named.",
        ],
    ),
    (
        "E-TABLE-ROWS",
        [
            "行が多すぎます。何も保存していません。ファイルを分けてください。",
            "行（ぎょう）が おおすぎます。なにも 入（い）れて いません。ファイルを わけて ください。",
            "The table has too many rows. Nothing was saved. Split the file.",
        ],
    ),
    (
        "E-TABLE-WORKBOOK",
        [
            "Excel ブックが壊れているか、知らない種類です。何も保存していません。.xlsx で保存し直してください。",
            "Excel の ファイルが こわれて います。なにも 入（い）れて いません。もう一度（いちど） .xlsx に して ください。",
            "The workbook is damaged or of an unknown kind. Nothing was saved. Save it as .xlsx once more.",
        ],
    ),
    (
        "E-ZIP-COUNT",
        [
            "zip の中の CSV が一つではありません。何も保存していません。取り出して、一つずつ取り込んでください。",
            "zip の 中（なか）の CSV は 1つに して ください。なにも 入（い）れて いません。",
            "The zip file does not hold exactly one CSV file. Nothing was saved. Unpack it and import them one by one.",
        ],
    ),
    (
        "E-ZIP-DAMAGED",
        [
            "zip または Excel ブックが壊れています。何も保存していません。もう一度ダウンロードしてください。",
            "ファイルが こわれて います。なにも 入（い）れて いません。もう一度（いちど） ダウンロードして ください。",
            "The zip file or workbook is damaged. Nothing was saved. Download it once more.",
        ],
    ),
    (
        "E-ZIP-ENCRYPTED",
        [
            "zip または Excel ブックにパスワードがかかっています。何も保存していません。パスワードを外してください。",
            "ファイルに パスワードが あります。なにも 入（い）れて いません。パスワードを とって ください。",
            "The zip file or workbook needs a password. Nothing was saved. Take the password off.",
        ],
    ),
    (
        "E-ZIP-SIZE",
        [
            "zip または Excel ブックの中身が大きすぎます。何も保存していません。中身を確かめ、CSV にしてください。",
            "ファイルの 中（なか）が 大（おお）きすぎます。なにも 入（い）れて いません。CSV に して ください。",
            "The zip file or workbook unpacks to too much. Nothing was saved. Check what it is, and give the CSV itself.",
        ],
    ),
];
