"""What job titles of many tongues say, one a line: title, seniority, function."""

import pytest

from firstright.core.clean.jobtitle import standing

TITLES = """
CEO | c-level | executive
Chief Executive Officer & Co-Founder | owner | executive
VP of Sales | vp | sales
SVP, Global Marketing | vp | marketing
Vice-President, Engineering | vp | engineering
Head of Procurement | director | procurement
Director, Information Technology | director | it
Sr. Director of Product Management | director | product
Senior Software Engineer | staff | engineering
Software Engineer II | staff | engineering
Account Executive | staff | sales
Sales Development Representative | staff | sales
Marketing Manager | manager | marketing
Regional Sales Manager EMEA | manager | sales
Office Manager | manager | operations
HR Business Partner | staff | hr
Chief People Officer | c-level | hr
CHRO | c-level | hr
CFO/COO | c-level | finance
Geschäftsführer | c-level | executive
Geschäftsführende Gesellschafterin | owner | executive
Leiter Einkauf | director | procurement
Leiterin Personal | director | hr
Abteilungsleiter IT | manager | it
Teamleiter Vertrieb | manager | sales
Vertriebsleiter | director | sales
Sachbearbeiter Buchhaltung | staff | finance
Bereichsleitung Marketing | director | marketing
Prokurist | director |
Vorstand | c-level | executive
Werkstudent Marketing | student | marketing
Praktikantin | junior |
Directeur commercial | director | sales
Directrice des ressources humaines | director | hr
Responsable marketing | manager | marketing
PDG | c-level | executive
Président | c-level | executive
Chef de projet | manager | operations
Ingénieur logiciel | staff | engineering
Directeur des systèmes d'information | director | it
Acheteur | staff | procurement
Gérant | owner | executive
Director comercial | director | sales
Directora de Recursos Humanos | director | hr
Gerente de ventas | manager | sales
Jefe de compras | manager | procurement
Consejero delegado | c-level | executive
Responsable de IT | manager | it
Desarrollador de software | staff | engineering
Socio fundador | owner | executive
Responsabile acquisti | manager | procurement
Direttore vendite | director | sales
Amministratore delegato | c-level | executive
Titolare | owner | executive
Diretor de Marketing | director | marketing
Gerente de TI | manager | it
Analista financeiro | staff | finance
Inkoopmanager | manager | procurement
Hoofd Verkoop | director | sales
Algemeen directeur | c-level | executive
Eigenaar | owner | executive
Dyrektor finansowy | director | finance
Prezes zarządu | c-level | executive
Specjalista ds. marketingu | staff | marketing
VD | c-level | executive
Försäljningschef | director | sales
Inköpare | staff | procurement
Ekonomichef | director | finance
Toimitusjohtaja | c-level | executive
Myyntipäällikkö | manager | sales
Salgsdirektør | director | sales
Daglig leder | c-level | executive
Indkøbschef | director | procurement
Genel Müdür | c-level | executive
Satış Müdürü | director | sales
Генеральный директор | c-level | executive
Директор по маркетингу | director | marketing
Менеджер по продажам | manager | sales
Коммерческий директор | director | sales
營業部長 | director | sales
总经理 | c-level | executive
销售经理 | manager | sales
대표이사 | c-level | executive
영업팀장 | manager | sales
Ügyvezető igazgató | c-level | executive
Értékesítési vezető | manager | sales
Generální ředitel | c-level | executive
Obchodní ředitel | director | sales
Vedoucí nákupu | manager | procurement
Director general | c-level | executive
Διευθύνων Σύμβουλος | c-level | executive
Διευθυντής Πωλήσεων | director | sales
مدير المبيعات | manager | sales
الرئيس التنفيذي | c-level | executive
מנכ"ל | c-level | executive
מנהל מכירות | manager | sales
Giám đốc kinh doanh | director | sales
Direktur Utama | c-level | executive
Manajer Pemasaran | manager | marketing
Data Analyst | staff |
Business Analyst | staff |
Principal Engineer | director | engineering
Staff Engineer | staff | engineering
Lead Developer | manager | engineering
Product Owner | staff | product
Scrum Master | staff |
Founder & CTO | owner | engineering
President & CEO | c-level | executive
General Counsel | c-level | legal
Associate Partner | staff |
Interim CFO | c-level | finance
Deputy Director | director |
Assistant Manager | manager |
Associate Director, Finance | director | finance
Group Product Manager | manager | product
Chief of Staff | director | executive
Board Member | c-level | executive
Owner/Operator | owner | executive
Retired |  |
n/a |  |
Student | student |
Nurse Practitioner | staff |
School Principal | director | education
Dean of Students | director | education
Warehouse Supervisor | manager | operations
IT-Leiter | director | it
IT Manager | manager | it
Network Administrator | staff | it
CISO | c-level | it
Head of IT Security | director | it
Sales Ops Manager | manager | sales
RevOps Manager | manager | sales
Growth Lead | manager | marketing
Community Manager | manager | marketing
Buyer | staff | procurement
Chef de cuisine | staff |
Purchasing Agent | staff | procurement
Country Manager France | manager |
Managing Director, UK & Ireland | c-level | executive
Bid Manager | manager |
Key Account Manager | manager | sales
Customer Success Manager | manager | support
Technical Account Manager | manager | sales
Solutions Architect | staff | engineering
Pre-Sales Consultant | staff | sales
Personalreferentin | staff | hr
Leitende Angestellte | director |
Vertriebsmitarbeiter Innendienst | staff | sales
Kfm. Leiter | director | finance
Techn. Leiter | director | engineering
GF | c-level | executive
Inh. | owner | executive
Dir. Mktg | director | marketing
Mgr, Ops | manager | operations
Snr Buyer | staff | procurement
Asst. Mgr | manager |
営業部長 | director | sales
"""


@pytest.mark.parametrize("row", TITLES.strip().splitlines())
def test_a_title_says_how_high_and_about_what(row: str) -> None:
    title, seniority, function = (cell.strip() for cell in f"{row} ".split("|"))
    found = standing(title)
    assert (found.seniority, found.function) == (seniority, function)
