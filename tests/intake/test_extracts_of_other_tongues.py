"""Extracts of other countries' systems: names of columns, their order, encoding, delimiter, a byte order mark and line ends within quotes.
A proposal for each column is right, or there is none."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstright.intake import csvfile
from firstright.intake.columnnames import NAMES
from firstright.intake.guessing import guess, words
from firstright.intake.refused import Refused

EXTRACTS = """
it|Nome=first_name|Cognome=last_name|Indirizzo e-mail=email|Telefono=phone|Azienda=company|Ruolo=title|Paese=country|Provincia=state|Città=city|CAP=postcode|Lingua=language|Numero di dipendenti=employees|Fatturato=revenue|Settore=industry|Messaggio=message|Fonte=source|Campagna=campaign|Data di creazione=@arrived|Sito web=website|Consenso=consent
es|Nombre=first_name|Apellidos=last_name|Correo electrónico=email|Teléfono=phone|Empresa=company|Cargo=title|País=country|Provincia=state|Ciudad=city|Código postal=postcode|Idioma=language|Número de empleados=employees|Ingresos anuales=revenue|Sector=industry|Mensaje=message|Origen=source|Campaña=campaign|Fecha de creación=@arrived|Sitio web=website|Consentimiento=consent
fr|Prénom=first_name|Nom=last_name|Adresse e-mail=email|Téléphone=phone|Société=company|Fonction=title|Pays=country|Région=state|Ville=city|Code postal=postcode|Langue=language|Effectif=employees|Chiffre d'affaires=revenue|Secteur d'activité=industry|Message=message|Source=source|Campagne=campaign|Date de création=@arrived|Site web=website|Consentement=consent
pt|Nome=first_name|Sobrenome=last_name|E-mail=email|Telefone=phone|Empresa=company|Cargo=title|País=country|Estado=state|Cidade=city|CEP=postcode|Idioma=language|Número de funcionários=employees|Receita anual=revenue|Setor=industry|Mensagem=message|Origem=source|Campanha=campaign|Data de criação=@arrived|Site=website|Consentimento=consent
nl|Voornaam=first_name|Achternaam=last_name|E-mailadres=email|Telefoonnummer=phone|Bedrijf=company|Functie=title|Land=country|Provincie=state|Plaats=city|Postcode=postcode|Taal=language|Aantal medewerkers=employees|Jaaromzet=revenue|Branche=industry|Bericht=message|Bron=source|Campagne=campaign|Aangemaakt op=@arrived|Website=website|Toestemming=consent
de|Vorname=first_name|Nachname=last_name|E-Mail-Adresse=email|Telefon geschäftlich=phone|Firma=company|Position=title|Land=country|Bundesland=state|Ort=city|PLZ=postcode|Sprache=language|Anzahl Mitarbeiter=employees|Jahresumsatz=revenue|Branche=industry|Nachricht=message|Leadquelle=source|Kampagne=campaign|Erstellt am=@arrived|Webseite=website|Einwilligung=consent
pl|Imię=first_name|Nazwisko=last_name|Adres e-mail=email|Telefon=phone|Firma=company|Stanowisko=title|Kraj=country|Województwo=state|Miasto=city|Kod pocztowy=postcode|Język=language|Liczba pracowników=employees|Przychód=revenue|Branża=industry|Wiadomość=message|Źródło=source|Kampania=campaign|Data utworzenia=@arrived|Strona internetowa=website|Zgoda=consent
sv|Förnamn=first_name|Efternamn=last_name|E-post=email|Telefonnummer=phone|Företag=company|Befattning=title|Land=country|Län=state|Ort=city|Postnummer=postcode|Språk=language|Antal anställda=employees|Omsättning=revenue|Bransch=industry|Meddelande=message|Källa=source|Kampanj=campaign|Skapad=@arrived|Webbplats=website|Samtycke=consent
da|Fornavn=first_name|Efternavn=last_name|E-mail=email|Telefon=phone|Virksomhed=company|Stilling=title|Land=country|Bynavn=city|Postnummer=postcode|Sprog=language|Antal ansatte=employees|Omsætning=revenue|Branche=industry|Besked=message|Kilde=source|Kampagne=campaign|Oprettet=@arrived|Hjemmeside=website|Samtykke=consent
no|Fornavn=first_name|Etternavn=last_name|E-post=email|Telefon=phone|Bedrift=company|Stilling=title|Land=country|Fylke=state|Poststed=city|Postnummer=postcode|Språk=language|Antall ansatte=employees|Omsetning=revenue|Bransje=industry|Melding=message|Kilde=source|Kampanje=campaign|Opprettet=@arrived|Nettside=website|Samtykke=consent
fi|Etunimi=first_name|Sukunimi=last_name|Sähköposti=email|Puhelinnumero=phone|Yritys=company|Titteli=title|Maa=country|Maakunta=state|Kaupunki=city|Postinumero=postcode|Kieli=language|Henkilöstömäärä=employees|Liikevaihto=revenue|Toimiala=industry|Viesti=message|Lähde=source|Kampanja=campaign|Luotu=@arrived|Verkkosivusto=website|Suostumus=consent
cs|Jméno=first_name|Příjmení=last_name|E-mail=email|Telefon=phone|Společnost=company|Pozice=title|Země=country|Město=city|PSČ=postcode|Jazyk=language|Počet zaměstnanců=employees|Obrat=revenue|Obor=industry|Zpráva=message|Zdroj=source|Kampaň=campaign|Vytvořeno=@arrived|Web=website|Souhlas=consent
tr|Adı=first_name|Soyad=last_name|E-posta=email|Telefon=phone|Şirket=company|Unvan=title|Ülke=country|İl=state|Şehir=city|Posta kodu=postcode|Dil=language|Çalışan sayısı=employees|Ciro=revenue|Sektör=industry|Mesaj=message|Kaynak=source|Kampanya=campaign|Oluşturulma tarihi=@arrived|Web sitesi=website|Onay=consent
ru|Имя=first_name|Фамилия=last_name|Электронная почта=email|Телефон=phone|Компания=company|Должность=title|Страна=country|Регион=state|Город=city|Индекс=postcode|Язык=language|Количество сотрудников=employees|Выручка=revenue|Отрасль=industry|Сообщение=message|Источник=source|Кампания=campaign|Дата создания=@arrived|Сайт=website|Согласие=consent
ja|名=first_name|姓=last_name|メールアドレス=email|電話番号=phone|会社名=company|役職=title|国=country|都道府県=state|市区町村=city|郵便番号=postcode|言語=language|従業員数=employees|売上高=revenue|業種=industry|お問い合わせ内容=message|流入元=source|キャンペーン=campaign|作成日=@arrived|ウェブサイト=website|同意=consent
zh|名字=first_name|姓氏=last_name|邮箱=email|电话=phone|公司=company|职位=title|国家=country|省份=state|城市=city|邮编=postcode|语言=language|员工人数=employees|营业额=revenue|行业=industry|留言=message|来源=source|活动=campaign|创建时间=@arrived|网站=website|同意=consent
ko|이름=name|이메일=email|전화번호=phone|회사명=company|직책=title|국가=country|도시=city|우편번호=postcode|언어=language|직원 수=employees|매출=revenue|업종=industry|문의 내용=message|유입 경로=source|캠페인=campaign|생성일=@arrived|웹사이트=website|동의=consent
en1|First Name *=first_name|Last Name *=last_name|Work Email Address=email|Direct Phone=phone|Company / Account=company|Job Title=title|Country/Region=country|State/Region=state|City=city|ZIP/Postal Code=postcode|Preferred Language=language|# of Employees=employees|Annual Revenue (USD)=revenue|Industry=industry|Comments=message|Lead Source=source|UTM Campaign=campaign|Created On=@arrived|Website URL=website|Marketing Opt-In=consent
hs|First Name=first_name|Last Name=last_name|Email=email|Phone Number=phone|Company Name=company|Job Title=title|Country/Region=country|State/Region=state|City=city|Postal Code=postcode|Preferred language=language|Number of Employees=employees|Annual Revenue=revenue|Industry=industry|Message=message|Original Source=source|Create Date=@arrived|Website URL=website
sf|FirstName=first_name|LastName=last_name|Email=email|Phone=phone|Company=company|Title=title|Country=country|State=state|City=city|PostalCode=postcode|NumberOfEmployees=employees|AnnualRevenue=revenue|Industry=industry|Description=message|LeadSource=source|CreatedDate=@arrived|Website=website
fb|id=external_id|created_time=@arrived|ad_name=content|campaign_name=campaign|full_name=name|email=email|phone_number=phone|company_name=company|job_title=title|city=city|zip_code=postcode|country=country
dyn|First Name=first_name|Last Name=last_name|Email Address 1=email|Business Phone=phone|Company Name=company|Job Title=title|Address 1: Country/Region=country|Address 1: State/Province=state|Address 1: City=city|Address 1: ZIP/Postal Code=postcode|No. of Employees=employees|Annual Revenue=revenue|Industry=industry|Description=message|Lead Source=source|Created On=@arrived|Website=website
"""
VALUES = {
    "first_name": ("Ana", "Jörg"), "last_name": ("Núñez", "Müller"), "name": ("Ana Núñez", "Jörg Müller"),
    "email": ("ana@contoso.example", "joerg@fabrikam.example"), "phone": ("+34 912 34 56 78", "+49 30 901820"),
    "company": ("Contoso; Hermanos", "Müller \"Bau\" GmbH"), "title": ("CEO", "Leiter Einkauf"), "country": ("ES", "DE"),
    "state": ("Madrid", "Bayern"), "city": ("Sevilla", "München"), "postcode": ("41001", "80331"), "language": ("es", "de"),
    "employees": ("11-50", "1.001-5.000"), "revenue": ("1 M€", "2,5 Mio."), "industry": ("Retail", "Bau"),
    "message": ("dos\nlíneas", "a, b; c"), "source": ("web", "Messe"), "campaign": ("spring", "Herbst"),
    "@arrived": ("2026-03-01T09:30:00Z", "2026-03-02T10:00:00Z"), "website": ("contoso.example", "https://fabrikam.example"),
    "consent": ("yes", "no"), "external_id": ("4711", "4712"), "content": ("ad one", "ad two"),
}  # fmt: skip


def columns(row: str) -> list[tuple[str, str]]:
    return [(name, target) for name, _, target in (cell.rpartition("=") for cell in row.split("|")[1:])]


@pytest.mark.parametrize("row", EXTRACTS.strip().splitlines(), ids=lambda row: row.split("|")[0])
def test_columns_are_known_by_their_names_alone(row: str) -> None:
    known = columns(row)
    found = guess([name for name, _ in known], [])
    assert [(each.column, each.target) for each in found] == known


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([columns(row) for row in EXTRACTS.strip().splitlines()]).flatmap(st.permutations),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_file_is_read_however_it_was_written(
    known: list[tuple[str, str]], encoding: str, delimiter: str, ends: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ends)
    writer.writerow([name for name, _ in known])
    for at in (0, 1):
        writer.writerow([VALUES[target][at] for _, target in known])
    try:
        content = text.getvalue().encode(encoding)
    except UnicodeEncodeError:
        return
    sheet = csvfile.inspect(io.BytesIO(content), encoding=None if encoding != "cp1252" else encoding)
    assert not isinstance(sheet, Refused)
    assert (sheet.header, sheet.delimiter) == (tuple(name for name, _ in known), delimiter)
    assert list(sheet.sample) == [tuple(VALUES[target][at] for _, target in known) for at in (0, 1)]
    wrong = [
        (each.column, each.target, target)
        for each, (_, target) in zip(guess(sheet.header, sheet.sample), known, strict=True)
        if each.target != target
    ]
    assert wrong == []


def test_a_name_of_a_column_is_one_fields_and_as_columns_are_compared() -> None:
    every = [name for names in NAMES.values() for name in names]
    assert sorted(name for name in set(every) if every.count(name) > 1) == []
    assert [name for name in every if words(name) != name] == []
