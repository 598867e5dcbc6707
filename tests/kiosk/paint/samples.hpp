// One sentence in each of many languages, with what is hard in each.
#pragma once

namespace kiosk::paint {

struct Sample {
    const char* language;
    const char* name;
    const char* text;
};

inline constexpr Sample samples[] = {
    {"en", "English", "Reset the printer’s “network” settings – then wait 30 s for the light to turn green. The office AVATAR fi fl ffi."},
    {"fr", "Français", "Où trouver l’aide ? Réinitialisez « l’imprimante » ; l’œuvre naïve d’Aÿ coûte 1 234,50 €."},
    {"de", "Deutsch", "Die Straßenverkehrsgenehmigungsbehörde öffnet um 8 Uhr: „Größe, Übergang, Äpfel“ und Donaudampfschifffahrtsgesellschaftskapitän."},
    {"es", "Español", "¿Dónde está la impresora? ¡Reinicie el sistema! El pingüino de la cigüeña añade leña."},
    {"pl", "Polski", "Zażółć gęślą jaźń. Wybierz „Ustawienia sieci” i poczekaj, aż zaświeci się dioda."},
    {"ru", "Русский", "Съешь же ещё этих мягких французских булок, да выпей чаю. Перезагрузите принтер №5."},
    {"el", "Ελληνικά", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Πού είναι ο εκτυπωτής; Πατήστε «Επανεκκίνηση»."},
    {"ar", "العربية", "أعِد ضبط إعدادات الشبكة في الطابعة HP-4250 ثم انتظر 30 ثانية (حتى يتحول الضوء إلى الأخضر). السَّلَامُ عَلَيْكُمْ لا إله."},
    {"he", "עברית", "אפסו את הגדרות הרשת במדפסת HP-4250, ואז המתינו 30 שניות (עד שהנורה תהפוך לירוקה). שָׁלוֹם עוֹלָם."},
    {"hi", "हिन्दी", "प्रिंटर की नेटवर्क सेटिंग रीसेट करें, फिर ३० सेकंड प्रतीक्षा करें। क्षत्रिय ज्ञान श्रीमान् विद्यार्थी र्कि।"},
    {"th", "ไทย", "รีเซ็ตการตั้งค่าเครือข่ายของเครื่องพิมพ์แล้วรอสามสิบวินาทีจนกว่าไฟจะเปลี่ยนเป็นสีเขียว น้ำที่นี่ กุ้งก้ามกราม"},
    {"zh-Hans", "简体中文", "请重置打印机的网络设置，然后等待30秒，直到指示灯变为绿色。“直接、骨、角、画、门”。"},
    {"zh-Hant", "繁體中文", "請重設印表機的網路設定，然後等待30秒，直到指示燈變為綠色。「直接、骨、角、畫、門」。"},
    {"ja", "日本語", "プリンターのネットワーク設定をリセットし、ランプが緑色になるまで30秒お待ちください。「直接、骨、角、画、門」。"},
    {"ko", "한국어", "프린터의 네트워크 설정을 초기화한 다음 표시등이 녹색으로 바뀔 때까지 30초 동안 기다리십시오. 닭볶음탕"},
    {"en", "Emoji", "🧑‍💻👨‍👩‍👧‍👦👍🏽🇫🇷🇯🇵❤️☎☎️1️⃣🧑🏿‍🚀✅⚠️→ ★ ½ ∑ ≠ ☐ ☑ ⌘ mixed with text 😀."},
};

inline constexpr Sample more_samples[] = {
    {"vi", "Tiếng Việt", "Đặt lại cài đặt mạng của máy in rồi đợi đèn chuyển sang màu xanh."},
    {"uk", "Українська", "Скиньте налаштування мережі принтера й зачекайте, доки з’явиться зелений ґанок."},
    {"tr", "Türkçe", "Yazıcının ağ ayarlarını sıfırlayın, ışık yeşile dönene kadar bekleyin."},
    {"fa", "فارسی", "تنظیمات شبکهٔ چاپگر را بازنشانی کنید و ۳۰ ثانیه صبر کنید."},
    {"ur", "اردو", "پرنٹر کی نیٹ ورک ترتیبات دوبارہ ترتیب دیں۔"},
    {"bn", "বাংলা", "প্রিন্টারের নেটওয়ার্ক সেটিংস রিসেট করুন।"},
    {"ta", "தமிழ்", "அச்சுப்பொறியின் பிணைய அமைப்புகளை மீட்டமைக்கவும்."},
    {"te", "తెలుగు", "ప్రింటర్ నెట్‌వర్క్ సెట్టింగ్‌లను రీసెట్ చేయండి."},
    {"ka", "ქართული", "გადატვირთეთ პრინტერის ქსელის პარამეტრები."},
    {"hy", "Հայերեն", "Վերակայեք տպիչի ցանցի կարգավորումները։"},
    {"am", "አማርኛ", "የአታሚውን የአውታረ መረብ ቅንብሮች ዳግም ያስጀምሩ።"},
    {"km", "ខ្មែរ", "កំណត់ការកំណត់បណ្តាញរបស់ម៉ាស៊ីនបោះពុម្ពឡើងវិញ។"},
    {"pa", "ਪੰਜਾਬੀ", "ਪ੍ਰਿੰਟਰ ਦੀਆਂ ਨੈੱਟਵਰਕ ਸੈਟਿੰਗਾਂ ਰੀਸੈਟ ਕਰੋ।"},
};

}  // namespace kiosk::paint
