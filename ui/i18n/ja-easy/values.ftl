kind-individual = ｜個人《こじん》
kind-organization = ｜団体《だんたい》・｜会社《かいしゃ》など

status-inbox = ｜受付《うけつけ》
status-active = ｜登録《とうろく》しています
status-withdrawn = やめました
status-erased = ｜消《け》しました

source-page = ｜登録《とうろく》の ページ
source-kiosk = ｜受付《うけつけ》の パソコン
source-qr = QRコード
source-paper = ｜紙《かみ》
source-google_csv = Googleフォーム
source-csv = ｜表《ひょう》の ファイル
source-phone = ｜電話《でんわ》
source-partner = ｜一緒《いっしょ》に ｜活動《かつどう》する ｜団体《だんたい》

email-state-unconfirmed = まだ わかりません
email-state-ok = ｜届《とど》きます
email-state-bounced = ｜届《とど》きません
email-state-none = ありません

contact-email = メール
contact-post = ｜手紙《てがみ》
contact-phone = ｜電話《でんわ》
contact-none = ｜連絡《れんらく》は いりません

interest-film = ｜難民《なんみん》の ｜映画会《えいがかい》
interest-photo = ｜難民《なんみん》の ｜写真展《しゃしんてん》
interest-symposium = シンポジウム
interest-festival = ｜難民《なんみん》フェス
interest-school = ｜学校《がっこう》の セミナー
interest-workshop = ワークショップ
interest-jobs = ｜仕事《しごと》の ｜手伝《てつだ》い
interest-housing = ｜住《す》む ところの ｜手伝《てつだ》い
interest-place = いられる ところ・｜自立《じりつ》の ｜手伝《てつだ》い
interest-volunteer = ボランティア

public-name-no = ｜名前《なまえ》を ｜見《み》せません
public-name-name = ｜名前《なまえ》を ぜんぶ ｜見《み》せます
public-name-initials = イニシャルだけ ｜見《み》せます
public-name-pseudonym = ほかの ｜名前《なまえ》で ｜見《み》せます

org-type-npo = NPO｜法人《ほうじん》
org-type-general = ｜一般《いっぱん》の ｜社団《しゃだん》・｜財団《ざいだん》
org-type-public_interest = ｜公益《こうえき》の ｜社団《しゃだん》・｜財団《ざいだん》
org-type-welfare = ｜社会《しゃかい》｜福祉《ふくし》｜法人《ほうじん》
org-type-school = ｜学校《がっこう》
org-type-religious = ｜宗教《しゅうきょう》｜法人《ほうじん》
org-type-company = ｜会社《かいしゃ》
org-type-government = ｜役所《やくしょ》
org-type-voluntary = ｜自由《じゆう》な ｜集《あつ》まり
org-type-other = その ほか

purpose-P1 = ｜名簿《めいぼ》に ｜入《い》れること
purpose-P2 = イベントの お｜知《し》らせメール
purpose-P3 = ｜名前《なまえ》を みんなに ｜見《み》せること
purpose-P4 = ｜手紙《てがみ》や ｜電話《でんわ》
purpose-P5 = ほかの ｜団体《だんたい》に ｜教《おし》えること
purpose-P6 = ｜写真《しゃしん》や ビデオ
purpose-P7 = ｜仕事《しごと》や ｜家《いえ》の ｜話《はなし》を ｜使《つか》うこと

decision-given = はい
decision-refused = いいえ
decision-withdrawn = やめます

channel-page = ｜登録《とうろく》の ページ
channel-kiosk = ｜受付《うけつけ》の パソコン
channel-qr = QRコード
channel-paper = ｜紙《かみ》
channel-import = ファイルの ｜取《と》り｜込《こ》み
channel-email = メール
channel-phone = ｜電話《でんわ》
channel-in_person = ｜会《あ》って ｜聞《き》きました
channel-partner = ｜一緒《いっしょ》に ｜活動《かつどう》する ｜団体《だんたい》

language-ja = ｜日本語《にほんご》
language-easy-ja = やさしい ｜日本語《にほんご》
language-en = ｜英語《えいご》

field-name = ｜名前《なまえ》
field-kana = ｜読《よ》みかた（ひらがな）
field-affiliation = ｜学校《がっこう》・｜会社《かいしゃ》など
field-role = ｜仕事《しごと》の ｜役《やく》
field-guardian_name = ｜親《おや》などの ｜名前《なまえ》
field-org_name = ｜団体《だんたい》の ｜名前《なまえ》
field-org_kana = ｜団体《だんたい》の ｜読《よ》みかた
field-representative_name = ｜代表《だいひょう》の ｜人《ひと》の ｜名前《なまえ》
field-representative_kana = ｜代表《だいひょう》の ｜人《ひと》の ｜読《よ》みかた
field-representative_title = ｜代表《だいひょう》の ｜人《ひと》の ｜役《やく》
field-contact_name = ｜担当《たんとう》の ｜人《ひと》の ｜名前《なまえ》
field-contact_kana = ｜担当《たんとう》の ｜人《ひと》の ｜読《よ》みかた
field-contact_dept = ｜担当《たんとう》の ｜部《ぶ》
field-contact_title = ｜担当《たんとう》の ｜人《ひと》の ｜役《やく》
field-corporate_no = ｜法人番号《ほうじんばんごう》
field-url = ホームページ
field-members_approx = だいたいの ｜人数《にんずう》
field-email = メールアドレス
field-tel = ｜電話番号《でんわばんごう》
field-fax = ファックス
field-postcode = ｜郵便番号《ゆうびんばんごう》
field-prefecture = ｜都道府県《とどうふけん》
field-city = ｜市《し》・｜区《く》・｜町《まち》・｜村《むら》
field-street = ｜町《まち》の ｜名前《なまえ》と ｜番号《ばんごう》
field-building = ｜建物《たてもの》と ｜部屋《へや》
field-message = メッセージ
field-display_name = みんなに ｜見《み》せる ｜名前《なまえ》
field-title_override = ｜名前《なまえ》の ｜後《あと》の ことば（｜様《さま》など）
field-notes = メモ
