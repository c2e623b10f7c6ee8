## 記録の値。コードは contract のもの。

kind-individual = 個人
kind-organization = 団体・法人

status-inbox = 受付
status-active = 登録中
status-withdrawn = 退会
status-erased = 消去済み

source-page = 登録ページ
source-kiosk = 受付端末
source-qr = QRコード
source-paper = 紙の用紙
source-google_csv = Googleフォーム
source-csv = 表ファイル
source-phone = 電話
source-partner = 連携団体

email-state-unconfirmed = 未確認
email-state-ok = 確認済み
email-state-bounced = 不達
email-state-none = なし

contact-email = メール
contact-post = 郵便
contact-phone = 電話
contact-none = 連絡不要

interest-film = 難民映画会
interest-photo = 難民写真展
interest-symposium = シンポジウム
interest-festival = 難民フェス
interest-school = 学校セミナー
interest-workshop = ワークショップ
interest-jobs = 雇用の支援
interest-housing = 住宅の支援
interest-place = 居場所・自立サポート
interest-volunteer = ボランティア

public-name-no = 公表しない
public-name-name = 氏名・団体名
public-name-initials = イニシャル
public-name-pseudonym = 表示名

org-type-npo = NPO法人
org-type-general = 一般社団・財団法人
org-type-public_interest = 公益社団・財団法人
org-type-welfare = 社会福祉法人
org-type-school = 学校
org-type-religious = 宗教法人
org-type-company = 株式会社など
org-type-government = 行政
org-type-voluntary = 任意団体
org-type-other = その他

purpose-P1 = 賛同者としての登録
purpose-P2 = イベント等の案内メール
purpose-P3 = お名前の公表
purpose-P4 = 郵便・電話での連絡
purpose-P5 = 連携団体への提供
purpose-P6 = 写真・録画
purpose-P7 = 雇用・住宅の申し出の活用

decision-given = 同意
decision-refused = 不同意
decision-withdrawn = 撤回

channel-page = 登録ページ
channel-kiosk = 受付端末
channel-qr = QRコード
channel-paper = 紙
channel-import = 取り込み
channel-email = メール
channel-phone = 電話
channel-in_person = 対面
channel-partner = 連携団体

language-ja = 日本語
language-easy-ja = やさしい日本語
language-en = 英語

field-name = 氏名
field-kana = ふりがな
field-affiliation = 所属
field-role = 役職
field-guardian_name = 保護者の氏名
field-org_name = 団体・法人名
field-org_kana = 団体名のふりがな
field-representative_name = 代表者の氏名
field-representative_kana = 代表者のふりがな
field-representative_title = 代表者の役職
field-contact_name = 担当者の氏名
field-contact_kana = 担当者のふりがな
field-contact_dept = 担当部署
field-contact_title = 担当者の役職
field-corporate_no = 法人番号
field-url = ウェブサイト
field-members_approx = 会員数（約）
field-email = メールアドレス
field-tel = 電話番号
field-fax = FAX
field-postcode = 郵便番号
field-prefecture = 都道府県
field-city = 市区町村
field-street = 町名・番地
field-building = 建物・部屋
field-message = メッセージ
field-display_name = 公表する名前
field-title_override = 敬称
field-notes = メモ
